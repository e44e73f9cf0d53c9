import Edge
import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// The brand API over the checkout's orders, against the database.
@Suite struct BrandOrderRoutesTests {
    @Test func anOrderIsShownToItsAccountAlone() async throws {
        try await BrandShop.open { shop in
            let shown = try await shop.order()
            #expect(shown.status == 200)
            #expect(shown.body["id"] == .string(shop.number))
            #expect(shown.body["status"] == "placed")
            #expect(shown.body["subtotal"] == "50.00" && shown.body["shipping_cost"] == "5.00")
            #expect(shown.body["total"] == "55.00")
            #expect(shown.body["customer_first_name"] == "Jo" && shown.body["customer_last_name"] == "Doe")
            #expect(shown.body["items"]?.array?.first?["price"] == "50.00")
            #expect(shown.body["currency_format"]?["format"] == "$[amount]")
            #expect(try await shop.order(as: AccountID()).status == 404)
        }
    }

    @Test func noMoreIsRefundedThanWasPaid() async throws {
        try await BrandShop.open { shop in
            let item = try #require(try await shop.order().body["items"]?.array?.first?["id"])
            let missing = try await shop.refund(
                ["reason": "product_defective", "refund_items": [["id": 0, "amount": 10, "quantity": 1]]])
            #expect(missing.status == 400)
            #expect(missing.body == ["Item 0 not found in order"])
            let refunded = try await shop.refund(
                [
                    "reason": "product_defective", "shipping_amount": 2,
                    "refund_items": [["id": item, "amount": "10.00", "quantity": 1]],
                ])
            #expect(refunded.status == 200, "\(refunded.body.serialized())")
            let refund = try #require(refunded.body["refunds"]?.array?.first)
            #expect(refund["amount"] == "12.00" && refund["shipping_amount"] == "2.00")
            #expect(refund["status"] == "completed" && refund["reason"] == "product_defective")
            for tooMuch: JSONValue in [
                ["reason": "product_defective", "amount": "43.01"],
                ["reason": "product_defective", "shipping_amount": "3.01"],
                ["reason": "product_defective", "refund_items": [["id": item, "amount": 41, "quantity": 1]]],
                ["reason": "product_defective", "refund_items": [["id": item, "amount": 1, "quantity": 2]]],
                ["reason": "product_defective"], ["reason": "nonsense", "amount": 1], ["reason": "other", "amount": 1],
                ["reason": "product_defective", "amount": -1], ["reason": "product_defective", "amount": "1.001"],
            ] {
                #expect(try await shop.refund(tooMuch).status == 400)
            }
            let rest = try await shop.refund(["reason": "other", "custom_reason": "late", "amount": 43])
            #expect(rest.body["refunds"]?.array?.count == 2)
            #expect(try await shop.till.status(of: shop.number) == "refunded")
        }
    }

    @Test func whatAnotherApiRefundsIsShown() async throws {
        try await BrandShop.open { shop in
            let row = try await shop.till.database.query(
                "SELECT number FROM checkout_transactions WHERE purpose = 'order'"
            ).first
            let charge: JSONValue = .string(try #require(row)["number"])
            _ = try await shop.till.post(
                "/checkout/transactions/refund", ["transaction_number": charge, "amount": 25])
            #expect(try await shop.order().body["refunds"]?.array?.first?["amount"] == "25.00")
            #expect(try await shop.refund(["reason": "product_defective", "amount": "30.01"]).status == 400)
        }
    }

    @Test func cancellingGivesEverythingBackOnce() async throws {
        try await BrandShop.open { shop in
            #expect(try await shop.cancel(["reason": ""]).body == ["Missing required field: refund_reason."])
            #expect(try await shop.cancel(["reason": "because"]).status == 400)
            let cancelled = try await shop.cancel(["reason": "cancel_placed_in_error"])
            #expect(cancelled.status == 200, "\(cancelled.body.serialized())")
            #expect(cancelled.body["status"] == "cancelled")
            let refund = cancelled.body["refunds"]?.array?.first
            #expect(refund?["amount"] == "55.00" && refund?["shipping_amount"] == "5.00")
            #expect(try await shop.cancel(["reason": "cancel_placed_in_error"]).status == 400)
            #expect(try await shop.till.told().count { $0 == "order_cancelled" } == 1)
        }
    }

    @Test func shippingIsGivenBackOnce() async throws {
        try await BrandShop.open { shop in
            _ = try await shop.refund(["reason": "product_defective", "shipping_amount": "2.00"])
            let refunds = try await shop.cancel(["reason": "cancel_backorder"]).body["refunds"]?.array ?? []
            #expect(refunds.map { $0["amount"] } == ["2.00", "53.00"])
            #expect(refunds.map { $0["shipping_amount"] } == ["2.00", "3.00"])
        }
    }

    @Test func whatNobodyHasPaidIsNotShownAndCanBeCancelled() async throws {
        try await BrandShop.open { shop in
            let till = shop.till
            let wallet: JSONValue = [
                "method": "paypal_wallet", "return_url": "https://shop.example/thanks",
                "cancel_url": "https://shop.example/cart",
            ]
            let lead = try await till.post("/checkout/leads", Till.lead("al@example.com"))
            let sent = try await till.post(
                "/checkout/orders", Till.order("bo@example.com", payment: wallet))
            let declined = try await till.post(
                "/checkout/orders", Till.order("cy@example.com", payment: Till.card("4000000000000002")))
            for answer in [lead, sent, declined] {
                let number = try #require(answer.data["order_number"]?.string)
                let order = ["order_id": number]
                let reason: JSONValue = ["reason": "cancel_placed_in_error"]
                let show = "GET /api/public/orders/{order_id}", cancel = "POST /api/public/orders/{order_id}/cancel/"
                #expect(try await shop.call(show, order).status == 404)
                #expect(try await shop.call(cancel, order, body: reason, as: AccountID()).status == 404)
                let cancelled = try await shop.call(cancel, order, body: reason)
                #expect(cancelled.status == 200, "\(cancelled.body.serialized())")
                #expect(cancelled.body["status"] == "cancelled" && cancelled.body["refunds"] == [])
                #expect(try await shop.call(show, order).body["status"] == "cancelled")
                #expect(try await shop.call(cancel, order, body: reason).status == 400)
                let late = try await till.post(
                    "/checkout/orders/payment", ["order_number": .string(number), "payment": Till.card()])
                #expect(late.status == 422)
            }
            #expect(try await till.told().count { $0 == "order_cancelled" } == 3)
            // The buyer's approval is not waited for any more.
            let voids = try await till.database.query("SELECT 1 FROM outbox WHERE type LIKE '%.void_requested.%'")
            #expect(voids.count == 1)
        }
    }

    @Test func shippedOrdersAreNotCancelled() async throws {
        try await BrandShop.open { shop in
            let parcel: JSONValue = [
                "reference_id": .string(shop.number), "status": "shipped", "tracking_number": "1Z",
                "tracking_url": "https://carrier.example/1Z", "carrier_name": "UPS",
            ]
            #expect(try await shop.ship(parcel).body == ["Message": "Success"])
            #expect(try await shop.ship(parcel).body == ["Message": "Success"])
            let shown = try await shop.order().body["shipments"]?.array
            #expect(shown?.count == 1 && shown?.first?["tracking_number"] == "1Z")
            #expect(try await shop.till.told().count { $0 == "order_modified" } == 1)
            #expect(try await shop.cancel(["reason": "cancel_backorder"]).status == 400)
            let id: OrderID = try await shop.till.database.query("SELECT id FROM orders")[0]["id"]
            let dealers = try await shop.call("POST /v1/orders/{id}/cancel", ["id": id.description], key: "c1")
            #expect(dealers.status == 409 && dealers.body["error"]?["code"] == "order_shipped")
            #expect(try await shop.till.status(of: shop.number) == "processing")
            // What was sent before the order closed is sent when it does.
            _ = try await shop.till.database.withTransaction {
                try await shop.till.book.complete(shop.number, of: shop.till.account, in: $0)
            }
            let sent = try await shop.till.database.query("SELECT status, tracking_number FROM fulfillments")
            #expect(try sent.map { try $0["status"] } == ["shipped"])
            #expect(try sent.map { try $0["tracking_number"] } == ["1Z"])
        }
    }

    @Test func wrongReportsOfShipmentsSayWhy() async throws {
        try await BrandShop.open { shop in
            func failure(_ body: JSONValue, brand: String = "7") async throws -> JSONValue? {
                let answer = try await shop.ship(body, brand: brand)
                #expect(answer.status == 400 && answer.body["Message"] == "Fail")
                return answer.body["Error"]?["type"]
            }
            let parcel: JSONValue = ["reference_id": "ORD-0", "status": "shipped", "tracking_number": "1Z"]
            #expect(try await failure(parcel) == "INVALID_PAYLOAD")
            #expect(try await failure(["status": "shipped"]) == "INVALID_PAYLOAD")
            #expect(try await failure(["reference_id": .string(shop.number), "status": "x"]) == "INVALID_PAYLOAD")
            #expect(try await failure(parcel, brand: "8") == "INVALID_ENDPOINT")
            let long: JSONValue = [
                "reference_id": "ORD-0", "status": "shipped",
                "tracking_number": .string(String(repeating: "1", count: 256)),
            ]
            #expect(
                try await shop.ship(long).body["Error"]?["details"]
                    == "tracking_number: This must have at most 255 characters.")
            #expect(try await failure(parcel, brand: "x") == "INVALID_ENDPOINT")
            let ignored = try await shop.ship(["reference_id": .string(shop.number), "status": "not_shipped"])
            #expect(ignored.status == 200)
            #expect(try await shop.order().body["shipments"] == [])
        }
    }

    @Test func noMoreComesBackThanWasBought() async throws {
        try await BrandShop.open { shop in
            let id = try #require(try await shop.order().body["items"]?.array?.first?["id"])
            let faulty = try await shop.takeBack(["reason": "", "quantity": 0, "id": 0, "child_item_id": 0])
            #expect(faulty.status == 400)
            #expect(faulty.body["return_items"]?.array?.first?["reason"] == ["\"\" is not a valid choice."])
            let item: JSONValue = ["reason": "product_defective", "quantity": 1, "id": id]
            let returned = try await shop.takeBack(item)
            #expect(returned.body["returns"]?.array?.first?["item_id"] == id)
            #expect(try await shop.takeBack(item).status == 400)
            #expect(try await shop.takeBack(["reason": "other", "quantity": 1, "id": 9]).status == 400)
        }
    }

    @Test func numbersBeyondAllBoundsAreRefused() async throws {
        try await BrandShop.open { shop in
            let id = try #require(try await shop.order().body["items"]?.array?.first?["id"])
            let item: JSONValue = ["reason": "product_defective", "quantity": 1, "id": id]
            #expect(try await shop.takeBack(item).status == 200)
            let most: JSONValue = .number(JSONNumber(Int64.max))
            let returned = try await shop.takeBack(["reason": "product_defective", "quantity": most, "id": id])
            #expect(returned.status == 400)
            let amount: JSONValue = "92233720368547758.07"
            let line: JSONValue = ["id": id, "amount": amount, "quantity": 1]
            let refunded = try await shop.refund(
                [
                    "reason": "product_defective", "amount": amount, "shipping_amount": amount,
                    "refund_items": [line, line],
                ])
            #expect(refunded.status == 400)
            #expect(refunded.body["amount"] == ["This amount is too large."])
            #expect(refunded.body["refund_items"]?.array?.last?["amount"] == ["This amount is too large."])
        }
    }

    @Test func missingFieldsOfAReturnAreNamed() async throws {
        try await BrandShop.open { shop in
            let required: JSONValue = ["This field is required."]
            let faults: [(JSONValue, JSONValue)] = [
                ([:], required), (["return_items": []], ["This list may not be empty."]),
                (
                    ["return_items": [[:]]],
                    [["id": required, "quantity": required, "reason": ["\"\" is not a valid choice."]]]
                ),
            ]
            for (body, fault) in faults {
                let refused = try await shop.call(
                    "POST /api/public/orders/{order_id}/return/", ["order_id": shop.number], body: body)
                #expect(refused.status == 400)
                #expect(refused.body == ["return_items": fault, "status_code": 400])
            }
        }
    }

    @Test func nothingComesBackOfACancelledOrder() async throws {
        try await BrandShop.open { shop in
            let id = try #require(try await shop.order().body["items"]?.array?.first?["id"])
            _ = try await shop.cancel(["reason": "cancel_backorder"])
            let returned = try await shop.takeBack(["reason": "other", "quantity": 1, "id": id])
            #expect(returned.status == 400 && returned.body == ["The order is cancelled."])
            let refunded = try await shop.refund(["reason": "product_defective", "amount": 1])
            #expect(refunded.status == 400 && refunded.body == ["The amount is more than what is left to refund"])
        }
    }

    @Test func ordersOfOthersAreDenied() async throws {
        try await BrandShop.open { shop in
            let parcel: JSONValue = [
                "reference_id": .string(shop.number), "status": "shipped", "tracking_number": "1Z",
            ]
            let other = AccountID()
            _ = try await shop.call("PUT /admin/v1/brand", body: ["number": 8], as: other)
            let foreign = try await shop.ship(parcel, brand: "8", as: other)
            #expect(foreign.status == 400)
            #expect(foreign.body["Error"]?["type"] == "RESOURCE_ACCESS_DENIED")
            // A key that is somebody else's.
            let stranger = try await shop.ship(parcel, as: AccountID())
            #expect(stranger.body["Error"]?["type"] == "RESOURCE_ACCESS_DENIED")
            #expect(try await shop.order().body["shipments"] == [])
        }
    }

    /// An order that a dealer's site reported has no number: it goes by its id, and its items from 1.
    @Test func ordersOfOtherChannelsShowToo() async throws {
        try await BrandShop.open { shop in
            let reported = try await shop.call(
                "POST /v1/orders",
                body: [
                    "channel_order_id": "WEB-1", "currency": "KWD", "total_amount": "37.500",
                    "line_items": [["sku": "W-1", "quantity": 3, "unit_amount": "12.500"]],
                    "buyer": ["name": "Camille Durand", "email": "c@example.com", "country": "FR"],
                ], key: "dealer-1")
            let id = try #require(reported.body["id"]?.string, "\(reported.body.serialized())")
            let shown = try await shop.order(id)
            #expect(shown.body["id"] == .string(id) && shown.body["total"] == "37.500")
            #expect(shown.body["customer_first_name"] == "Camille")
            let item = try #require(shown.body["items"]?.array?.first)
            #expect(item["id"] == 1 && item["price"] == "12.500" && item["subtotal"] == "37.500")
            let returned = try await shop.takeBack(["reason": "other", "quantity": 2, "id": 1], of: id)
            #expect(returned.status == 200)
            #expect(try await shop.takeBack(["reason": "other", "quantity": 2, "id": 1], of: id).status == 400)
            // What was paid at the dealer's is the dealer's to give back.
            let refunded = try await shop.refund(["reason": "product_defective", "amount": 1], of: id)
            #expect(refunded.status == 400 && refunded.body == ["There is nothing to refund."])
            let cancelled = try await shop.cancel(["reason": "cancel_backorder"], of: id)
            #expect(cancelled.body["status"] == "cancelled")
        }
    }
}
