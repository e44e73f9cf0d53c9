import Foundation
import Schema
import TestKit
import Testing

/// Real answers of Health Suite's two APIs, good and bad, against what their descriptions promise for the operation.
@Suite struct CheckoutAnswersTests {
    @Test func theFunnelAnswersAsDescribed() async throws {
        var journal = try await Journal(of: try await SharedStack.healthSuite(), document: "/checkout/openapi.json")
        let shop = try await Shop.open()
        let buyer = Shop.buyer()
        let lead = try await journal.send(
            "POST", "/checkout/leads", body: shop.lead(of: buyer, enrich: true), expecting: 201)
        let enrichment = lead["data"]?["enrichment"]
        #expect(enrichment?["email"] != nil && enrichment?["phone"] != nil && enrichment?["address"] != nil)
        let plain = try await journal.send("POST", "/checkout/leads", body: shop.lead(of: Shop.buyer()), expecting: 201)
        #expect(plain["data"]?["enrichment"] == nil)

        let number = try #require(lead["data"]?["order_number"]?.string)
        let payment: JSONValue = ["order_number": .string(number), "payment": Shop.card]
        let paid = try await journal.send("POST", "/checkout/orders/payment", body: payment)
        #expect(paid["data"]?["enrichment"]?["address"]?["standardized"]?["street_1"]?.string == "12 S Main St Apt 4B")
        let order = try await journal.send(
            "POST", "/checkout/orders", body: shop.order(of: Shop.buyer()), expecting: 201)
        #expect(order["data"]?["enrichment"]?["phone"] != nil)
        let declined = shop.order(of: Shop.buyer(), card: Shop.declinedCard)
        _ = try await journal.send("POST", "/checkout/orders", body: declined, expecting: 422)
        _ = try await journal.send("POST", "/checkout/orders", body: ["currency": "USD"], expecting: 422)
        _ = try await journal.send("POST", "/checkout/orders/complete", body: ["order_number": .string(number)])
        _ = try await journal.send(
            "POST", "/checkout/orders/complete", body: ["order_number": "ORD-000101-99999"], expecting: 404)
        let tax: JSONValue = [
            "campaign_id": .string(shop.campaign), "to_address": ["country": "US", "zip": "90012", "state": "CA"],
            "line_items": [["quantity": 1, "unit_price": "50.00"]],
        ]
        _ = try await journal.send("POST", "/checkout/tax", body: tax)
        _ = try await journal.send("GET", "/checkout/orders", query: "order_number=\(number)")
        _ = try await journal.send("GET", "/checkout/orders", query: "per_page=1000", expecting: 422)
        let customer = try #require(lead["data"]?["customer_number"]?.string)
        _ = try await journal.send("GET", "/checkout/customers/{customer_number}/blacklist-status", ["\(customer)"])
        _ = try await journal.send(
            "GET", "/checkout/customers/{customer_number}/blacklist-status", ["CUST-000101-99999"], expecting: 404)
        let transaction = try #require(paid["data"]?["transaction_number"]?.string)
        try await eventually("the transaction is found") {
            let found = try await SharedStack.healthSuite().send(
                "GET", "/checkout/transactions?transaction_number=\(transaction)", headers: Shop.accept)
            return try found.json["pagination"]?["total"]?.integer == 1
        }
        _ = try await journal.send("GET", "/checkout/transactions", query: "transaction_number=\(transaction)")
        _ = try await journal.send(
            "POST", "/checkout/transactions/refund", body: ["transaction_number": .string(transaction)])
        #expect(try journal.faults() == "checked")
    }

    @Test func theBackOfficeAnswersAsDescribed() async throws {
        var journal = try await Journal(of: try await SharedStack.healthSuite(), document: "/v1/openapi/rest.json")
        let shop = try await Shop.open()
        _ = try await journal.send("GET", "/v1/campaigns", query: "per_page=2")
        _ = try await journal.send("GET", "/v1/campaigns", query: "identifier=\(shop.campaign)")
        _ = try await journal.send("GET", "/v1/campaigns", query: "per_page=100", expecting: 422)
        _ = try await journal.send("GET", "/v1/campaigns/{identifier}/products", [shop.campaign])
        _ = try await journal.send("GET", "/v1/campaigns/{identifier}/products", ["none"], expecting: 404)
        _ = try await journal.send("GET", "/v1/alternative-payments")
        _ = try await journal.send("GET", "/v1/alternative-payments/{id}", ["999999999"], expecting: 404)
        _ = try await journal.send("GET", "/v1/fulfillments")
        _ = try await journal.send("GET", "/v1/fulfillments/{fulfillmentNumber}", ["FUL-000101-99999"], expecting: 404)

        let code = "C\(shop.campaign)"
        let coupon: JSONValue = [
            "code": .string(code), "name": "Ten", "type": "fixed_amount", "discount_amount": "10.00",
        ]
        _ = try await journal.send("POST", "/v1/coupons", body: coupon, expecting: 201)
        _ = try await journal.send("POST", "/v1/coupons", body: ["code": .string(code)], expecting: 422)
        _ = try await journal.send("GET", "/v1/coupons", query: "per_page=1")
        _ = try await journal.send("GET", "/v1/coupons", query: "code=\(code)")
        _ = try await journal.send("GET", "/v1/coupons/{code}", [code])
        _ = try await journal.send("GET", "/v1/coupons/{code}", ["NONE"], expecting: 404)
        _ = try await journal.send("POST", "/v1/coupons/{code}/validate", [code], body: ["subtotal": "150.00"])
        _ = try await journal.send("PUT", "/v1/coupons/{code}", [code], body: ["name": "Twenty"])
        _ = try await journal.send("DELETE", "/v1/coupons/{code}", [code])

        let placed = try await SharedStack.healthSuite().send(
            "POST", "/checkout/leads", body: shop.lead(of: Shop.buyer()), headers: Shop.accept
        ).json["data"]
        let owners = [
            ("/v1/orders/{orderNumber}/notes", placed?["order_number"]?.string),
            ("/v1/customers/{customer_number}/notes", placed?["customer_number"]?.string),
        ]
        for (path, number) in owners {
            let number = try #require(number)
            let note = try await journal.send(
                "POST", path, [number], body: ["title": "Late", "content": "Ship today."], expecting: 201)
            let id = "\(try #require(note["data"]?["id"]?.integer))"
            _ = try await journal.send("POST", path, [number], body: ["title": "Late"], expecting: 422)
            _ = try await journal.send("GET", path, [number])
            _ = try await journal.send("GET", "\(path)/{noteId}", [number, id])
            _ = try await journal.send("PUT", "\(path)/{noteId}", [number, id], body: ["title": "Early"])
            _ = try await journal.send("DELETE", "\(path)/{noteId}", [number, id])
            _ = try await journal.send("GET", "\(path)/{noteId}", [number, id], expecting: 404)
        }
        #expect(try journal.faults() == "checked")
    }
}
