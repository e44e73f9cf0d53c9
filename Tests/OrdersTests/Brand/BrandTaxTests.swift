import Edge
import Schema
import TestKit
import Testing

@testable import Orders

/// What brands see of an order's tax: who levies it, item by item.
@Suite struct BrandTaxTests {
    private static let details = [
        TaxDetail(level: .state, jurisdiction: "CALIFORNIA", rate: "0.06", tax: 516),
        TaxDetail(level: .county, jurisdiction: "LOS ANGELES", rate: "0.0025", tax: 21),
        TaxDetail(level: .special, jurisdiction: "LOS ANGELES DISTRICT TAX", rate: "0.03255", tax: 279),
    ]

    private static func taxed() -> CampaignSnapshot {
        var campaign = CartTests.campaign()
        campaign.taxEnabled = true
        return campaign
    }

    private static let two: [String: JSONValue] = [
        "products": [["offer_id": "box", "quantity": 1], ["offer_id": "box", "quantity": 2, "price": "17.99"]]
    ]

    private func sum(_ rows: [JSONValue], _ name: String = "tax") throws -> Int64 {
        try rows.reduce(0) { sum, row in
            sum + (try Money(decimal: try #require(row[name]?.string), currency: .usd).minorUnits)
        }
    }

    @Test func everyItemTellsWhoLevies() async throws {
        try await BrandShop.open(campaign: Self.taxed(), ordering: Self.two) { till in
            till.payments.levy(816, Self.details)
        } _: { shop in
            let shown = try await shop.order().body
            #expect(shown["tax"] == "8.16" && shown["shipping_cost_tax"] == "0.00")
            let items = try #require(shown["items"]?.array)
            let rows = items.map { $0["tax_details"]?.array ?? [] }
            #expect(rows[0].map { $0["jurisdiction"] } == ["CALIFORNIA", "LOS ANGELES", "LOS ANGELES DISTRICT TAX"])
            #expect(rows[0].map { $0["tax_rate"] } == ["0.0600", "0.0025", "0.03255"])
            for (item, rows) in zip(items, rows) {
                let tax = try sum([item])
                #expect(try sum(rows) == tax)
            }
            #expect(try sum(items) == 816)
            let columns = try (0..<3).map { index in try sum(rows.map { $0[index] }) }
            #expect(columns == Self.details.map(\.tax))
        }
    }

    @Test func theTaxOnShippingIsToldApart() async throws {
        try await BrandShop.open(campaign: Self.taxed(), ordering: Self.two) { till in
            till.payments.levy(816, Self.details, shipping: 45)
        } _: { shop in
            let shown = try await shop.order().body
            #expect(shown["tax"] == "7.71" && shown["shipping_cost_tax"] == "0.45")
            let items = try #require(shown["items"]?.array)
            #expect(try sum(items) == 771)
            #expect(try sum(items.flatMap { $0["tax_details"]?.array ?? [] }) == 771)
            let parts = try ["subtotal", "tax", "shipping_cost", "shipping_cost_tax"].map { try sum([shown], $0) }
            let total = try sum([shown], "total")
            #expect(total == parts.reduce(0, +))
            // Both can go back.
            let refunded = try await shop.refund(["reason": "product_defective", "shipping_amount": "10.45"])
            #expect(refunded.status == 200, "\(refunded.body.serialized())")
            let more = try await shop.refund(["reason": "product_defective", "shipping_amount": "0.01"])
            #expect(more.status == 400)
        }
    }

    @Test func aGivenTaxIsThatOfTheRegion() async throws {
        try await BrandShop.open(ordering: ["tax_amount": "4.38", "tax_rate": "0.0875"]) { shop in
            let item = try #require(try await shop.order().body["items"]?.array?.first)
            #expect(item["tax_details"] == [["jurisdiction": "CA", "tax_rate": "0.0875", "tax": "4.38"]])
        }
    }

    @Test func whatWasLeviedOnACancelledOrderIsTakenBack() async throws {
        try await BrandShop.open(campaign: Self.taxed()) { till in
            till.payments.levy(816, Self.details)
        } _: { shop in
            let cancelled = try await shop.cancel(["reason": "cancel_backorder"])
            let item = try #require(cancelled.body["items"]?.array?.first)
            #expect(item["tax"] == "8.16")
            #expect(
                item["tax_details"]?.array?.map { $0["tax"] } == ["5.16", "0.21", "2.79", "-5.16", "-0.21", "-2.79"])
            #expect(
                cancelled.body["shipments"] == [
                    [
                        "reference_id": .string(shop.number), "status": "canceled", "tracking_number": .null,
                        "tracking_url": .null, "carrier_name": .null,
                    ]
                ])
        }
    }

    @Test func pricesThatContainTheTaxSaySo() async throws {
        var campaign = CartTests.campaign()
        campaign.products[0].isTaxIncluded = true
        try await BrandShop.open(campaign: campaign) { shop in
            let shown = try await shop.order().body
            #expect(shown["vat_inclusive"] == true)
        }
        try await BrandShop.open { shop in
            let shown = try await shop.order().body
            #expect(shown["vat_inclusive"] == false)
        }
    }
}
