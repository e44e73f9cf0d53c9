import Edge
import Postgres
import Schema
import TestKit
import Testing

@testable import Catalog

@Suite struct CampaignPublishingTests {
    static let offer: JSONValue = [
        "internal_id": "11", "product_type": "offer", "name": "Box", "price": "50.00", "shipping_price": "5.00",
        "sku": "SKU-BOX", "sale_type": "one_time", "billing_interval": .null, "requires_shipping": true,
    ]
    static let upsell: JSONValue = [
        "internal_id": "12", "product_type": "upsell", "name": "Plan", "price": 30, "sale_type": "subscription",
        "billing_interval": "monthly", "billing_cycles": 12, "requires_shipping": false,
    ]

    static func campaign(_ products: [JSONValue] = [offer, upsell], _ changes: [String: JSONValue] = [:]) -> JSONValue {
        let campaign: [String: JSONValue] = [
            "name": "Spring", "is_active": true, "allowed_countries": ["us"], "allowed_currencies": ["USD"],
            "tax_enabled": false, "products": .array(products),
        ]
        return .object(campaign.merging(changes) { $1 })
    }

    @Test func publishingTellsOfACampaignOnceAndOfItsChanges() async throws {
        try await Storefront.open { shop in
            #expect(try await shop.publish("1", Self.campaign()).status == 201)
            let again = try await shop.publish("1", Self.campaign())
            #expect(again.status == 200)
            #expect(try await shop.told() == ["campaign_published 1"])
            let renamed = try await shop.publish("1", Self.campaign(Self.both, ["name": "Summer"]))
            #expect(renamed.status == 200)
            #expect(renamed.json["number"] == again.json["number"])
            let dearer: JSONValue = [
                "internal_id": "11", "product_type": "offer", "name": "Box", "price": "60.00",
            ]
            #expect(try await shop.publish("1", Self.campaign([dearer])).status == 200)
            #expect(
                try await shop.told() == ["campaign_published 1", "campaign_updated 2", "campaign_updated 3"])
        }
    }

    static let both = [offer, upsell]

    @Test func productsKeepTheirNumbers() async throws {
        try await Storefront.open { shop in
            let first = try await shop.publish("1", Self.campaign()).json["products"]
            let swapped = try await shop.publish("1", Self.campaign([Self.upsell, Self.offer])).json["products"]
            #expect(swapped?.each("internal_id") == ["12", "11"])
            #expect(swapped?.each("number") == first?.each("number").reversed())
        }
    }

    @Test func pricesHaveTheDigitsOfTheCurrencies() async throws {
        try await Storefront.open { shop in
            let dollars = try await shop.publish("1", Self.campaign()).json["products"]
            #expect(dollars?.each("price") == ["50.00", "30.00"])
            let both = Self.campaign([Self.upsell], ["allowed_currencies": ["USD", "JPY"]])
            #expect(try await shop.publish("2", both).json["products"]?.each("price") == ["30"])
            let fraction = try await shop.publish("3", Self.campaign([Self.offer], ["allowed_currencies": ["JPY"]]))
            #expect(fraction.status == 400)
        }
    }

    @Test func aRaceForAnInternalIDMakesOneCampaign() async throws {
        try await Storefront.open { shop in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await shop.publish("1", Self.campaign()).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200, 200, 200, 200, 200, 200, 200, 201])
            #expect(try await shop.told() == ["campaign_published 1"])
        }
    }

    @Test func aBundleIsToldWithItsParts() async throws {
        try await Storefront.open { shop in
            let bundle: JSONValue = [
                "internal_id": "13", "product_type": "offer", "name": "Buy 2, get 1 free", "price": "85.97",
                "bundle": [
                    ["name": "Widget", "sku": "W-1", "quantity": 2, "price": 40], ["name": "Gadget", "price": "5.97"],
                ],
            ]
            let published = try await shop.publish("1", Self.campaign([bundle, Self.offer]))
            #expect(published.status == 201, "\(published.json.serialized())")
            let row = try await shop.database.query("SELECT payload FROM outbox").first
            let event = try JSON.decode(CampaignPublished.self, from: try #require(row)["payload", as: String.self])
            #expect(
                event.campaign.products.map(\.bundle) == [
                    [
                        BundleComponent(name: "Widget", sku: "W-1", quantity: 2, price: "40.00"),
                        BundleComponent(name: "Gadget", sku: nil, quantity: 1, price: "5.97"),
                    ], nil,
                ])
            let shown = try await shop.products("1").json["data"]?.array
            #expect(shown?.first?["bundle"]?.array?.first?["name"] == "Widget")
            #expect(shown?.last?["bundle"] == nil)
            // The same again is no change.
            #expect(try await shop.publish("1", Self.campaign([bundle, Self.offer])).status == 200)
            #expect(try await shop.told() == ["campaign_published 1"])
        }
    }

    @Test func faultsOfABundleAreNamedByTheirPlace() throws {
        func bundle(_ parts: [JSONValue]) -> JSONValue {
            Self.campaign([
                ["internal_id": "1", "product_type": "offer", "name": "Box", "price": 1, "bundle": .array(parts)]
            ])
        }
        #expect(
            try faults(bundle([["quantity": 0, "price": "-1"], ["name": "Widget"]])) == [
                "products.0.bundle required", "products.0.bundle.0.name required",
                "products.0.bundle.0.quantity out_of_range", "products.0.bundle.0.price invalid_amount",
            ])
        #expect(
            try faults(bundle(Array(repeating: ["name": "Widget"], count: 101))) == ["products.0.bundle too_many"])
        #expect(try faults(bundle([])) == [])
    }

    private func faults(_ body: JSONValue) throws -> [String] {
        do {
            _ = try JSON.decode(CampaignRequest.self, from: JSON.encode(body)).campaign(internalID: "1")
            return []
        } catch RequestError.validation(let errors) {
            return errors.map { "\($0.dottedPath) \($0.code)" }
        }
    }

    @Test func faultsAreNamedByTheirPlace() throws {
        let broken: JSONValue = [
            "internal_id": "12", "product_type": "bundle", "price": "-1", "tax_rate": "8.25",
            "sale_type": "subscription", "base_product": ["quantity": 0],
        ]
        #expect(
            Set(try faults(Self.campaign([Self.upsell, broken, Self.upsell]))) == [
                "products.1.name required", "products.1.product_type invalid_choice",
                "products.1.price invalid_amount", "products.1.tax_rate out_of_range",
                "products.1.billing_interval required", "products.1.base_product.quantity out_of_range",
                "products.1.internal_id duplicate", "products.2.internal_id duplicate",
            ])
        let limits: [String: JSONValue] = [
            "name": " ", "allowed_countries": ["USA"], "allowed_currencies": ["XXQ"], "allowed_card_brands": ["acme"],
            "minimum_amount": "10.5", "tax_provider": "abacus", "throttle_percent": 101, "category": ["id": 1],
        ]
        #expect(
            Set(try faults(Self.campaign([], limits))) == [
                "name required", "allowed_countries.0 invalid_country", "allowed_currencies.0 invalid_currency",
                "allowed_card_brands.0 invalid_choice", "minimum_amount invalid_type",
                "tax_provider invalid_choice", "throttle_percent out_of_range", "category.name required",
            ])
        #expect(
            try faults(Self.campaign([], ["minimum_amount": 2, "maximum_amount": "1"]))
                == ["maximum_amount out_of_range"])
    }
}
