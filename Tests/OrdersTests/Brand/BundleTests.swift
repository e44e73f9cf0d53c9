import Edge
import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// Bundles from the campaign to the brand API: their parts, and what of them comes back and is paid back.
@Suite struct BundleTests {
    /// Buys of two kinds of widgets, the second worth twice the first where they have prices.
    private static func campaign(
        _ prices: (String?, String?) = (nil, nil), price: String = "50.00"
    ) -> CampaignSnapshot {
        var campaign = CartTests.campaign(price: price)
        campaign.products[0].bundle = [
            BundleComponent(name: "Widget", sku: "W-1", quantity: 2, price: prices.0),
            BundleComponent(name: "Gadget", sku: nil, quantity: 1, price: prices.1),
        ]
        return campaign
    }

    private func cart(_ campaign: CampaignSnapshot, _ currency: String = "USD", quantity: Int = 1) throws -> Cart {
        try Cart(
            [CartRequest(productInternalID: "box", quantity: quantity, unitPrice: nil, shippingPrice: nil)],
            of: campaign, kind: .offer, currency: try #require(Currency(currency)))
    }

    /// In currencies of 0, 2 and 3 digits, nothing is lost and nothing is made.
    @Test(arguments: ["JPY", "USD", "KWD"], [0, 1, 2, 3, 5, 7, 100, 999, 4_999] as [Int64])
    func partsShareWhatTheBundleComesTo(_ currency: String, _ discount: Int64) throws {
        var cart = try cart(Self.campaign(("10", "20")), currency)
        cart.discount(by: discount)
        let item = cart.items[0]
        let sold = SoldItem(
            id: 1001, name: "Box", sku: nil, quantity: 1, unitPrice: item.unitPrice, subtotal: item.subtotal,
            tax: 7, discount: item.discount)
        let parts = try #require(item.particulars?.sold(in: sold))
        #expect(parts.map(\.id) == [1_001_001, 1_001_002])
        #expect(parts.reduce(0) { $0 + $1.subtotal } == item.subtotal)
        #expect(parts.reduce(0) { $0 + $1.tax } == 7)
        #expect(parts.reduce(0) { $0 + $1.discount } == item.discount)
        // Two for ten each are worth as much as one for twenty; the odd unit is the first's.
        #expect(abs(parts[0].discount - parts[1].discount) <= 1 && parts[0].discount >= parts[1].discount)
    }

    @Test func withoutPricesAllPiecesCountAlike() throws {
        for prices in [(nil, nil), ("0", "0.00")] as [(String?, String?)] {
            let parts = try #require(try cart(Self.campaign(prices), quantity: 3).items[0].particulars).components
            #expect(parts.map(\.quantity) == [6, 3])
            #expect(parts.map(\.weight) == [2, 1])
        }
        let huge = try #require(try cart(Self.campaign(("99999999999999999999", "1"))).items[0].particulars)
        #expect(huge.components.allSatisfy { $0.weight > 0 })
    }

    @Test func theBrandSeesPartsWithTheirSharesOfTheDiscount() async throws {
        try await BrandShop.open(campaign: Self.campaign(), ordering: ["coupon_code": "SUMMER"]) { till in
            var terms = CouponTerms()
            terms.code = "SUMMER"
            terms.name = "Summer"
            terms.type = .fixedAmount
            terms.discount = try #require(CouponAmount("9.99"))
            let coupon = terms
            _ = try await till.database.withTransaction {
                try await CouponBook(database: till.database).store
                    .insert(coupon, of: till.account, at: .now(), in: $0)
            }
        } _: { shop in
            let shown = try await shop.order()
            #expect(shown.body["discount_total"] == "9.99" && shown.body["subtotal"] == "40.01")
            let item = try #require(shown.body["items"]?.array?.first)
            #expect(item["price"] == "40.01" && item["discounts"] == [["code": "SUMMER", "amount": "9.99"]])
            let parts = try #require(item["items"]?.array)
            #expect(parts.map { $0["name"] } == ["Widget", "Gadget"])
            #expect(parts.map { $0["sku"] } == ["W-1", .null])
            #expect(parts.map { $0["price"] } == ["0.00", "0.00"])
            #expect(parts.map { $0["discounts"]?.array?.first?["amount"] } == ["6.66", "3.33"])
            guard case .object(let fields) = parts[0] else { throw RequestError.internalError }
            #expect(
                Set(fields.keys) == ["id", "name", "sku", "quantity", "price", "subtotal", "tax", "discounts"])
        }
    }

    @Test func partsComeBackUntilAllAreBack() async throws {
        try await BrandShop.open(
            campaign: Self.campaign(), ordering: ["products": [["offer_id": "box", "quantity": 2]]]
        ) { shop in
            let item = try #require(try await shop.order().body["items"]?.array?.first)
            let id = try #require(item["id"])
            let part = try #require(item["items"]?.array?.first?["id"])
            func back(_ quantity: Int, _ part: JSONValue?) async throws -> RouteCaller.Answer {
                var line: [String: JSONValue] = [
                    "id": id, "quantity": .number(JSONNumber(quantity)), "reason": "other",
                ]
                line["child_item_id"] = part
                return try await shop.takeBack(.object(line))
            }
            // Four widgets were bought: three go back, and with one bundle of two left there are not enough.
            let first = try await back(3, part)
            #expect(first.body["returns"]?.array?.first?["child_item_id"] == part, "\(first.body.serialized())")
            #expect(try await back(1, nil).status == 400)
            #expect(try await back(2, part).status == 400)
            #expect(try await back(1, part).status == 200)
            let unknown = try await back(1, 17)
            #expect(unknown.status == 400 && unknown.body == ["Item 17 not found in order"])
            // The gadgets are still there.
            let gadget = try #require(item["items"]?.array?.last?["id"])
            #expect(try await back(2, gadget).status == 200)
            #expect(try await shop.order().body["returns"]?.array?.count == 3)
        }
    }

    @Test func bundlesComeBackWhole() async throws {
        try await BrandShop.open(campaign: Self.campaign()) { shop in
            let item = try #require(try await shop.order().body["items"]?.array?.first)
            let id = try #require(item["id"])
            #expect(try await shop.takeBack(["id": id, "quantity": 1, "reason": "other"]).status == 200)
            let part = try #require(item["items"]?.array?.first?["id"])
            let rest: JSONValue = ["id": id, "child_item_id": part, "quantity": 1, "reason": "other"]
            #expect(try await shop.takeBack(rest).status == 400)
        }
    }

    /// 50.00 are 33.33 for two widgets and 16.67 for a gadget.
    @Test func noMoreIsPaidBackForAPartThanItsShare() async throws {
        try await BrandShop.open(campaign: Self.campaign()) { shop in
            let item = try #require(try await shop.order().body["items"]?.array?.first)
            let id = try #require(item["id"])
            let gadget = try #require(item["items"]?.array?.last?["id"])
            func refund(_ line: JSONValue) async throws -> RouteCaller.Answer {
                try await shop.refund(["reason": "product_defective", "refund_items": [line]])
            }
            let tooMuch = try await refund(["id": id, "child_item_id": gadget, "amount": "16.68", "quantity": 1])
            #expect(tooMuch.status == 400, "\(tooMuch.body.serialized())")
            #expect(try await refund(["id": gadget, "amount": "1.00", "quantity": 2]).status == 400)
            // A part is also known by its number alone, and an item by the name that the prose has for it.
            let paid = try await refund(["id": gadget, "amount": "16.67", "quantity": 1])
            #expect(paid.body["refunds"]?.array?.first?["amount"] == "16.67", "\(paid.body.serialized())")
            #expect(try await refund(["id": id, "child_item_id": gadget, "amount": "0.01"]).status == 400)
            #expect(try await refund(["id": id, "amount": "33.34"]).status == 400)
            #expect(try await refund(["item_id": id, "amount": "33.33"]).status == 200)
            let told = try await shop.till.database.query("SELECT aftersales FROM orders")
            let aftersales = try JSON.decode(
                Aftersales.self, from: try #require(told.first)["aftersales", as: String.self])
            #expect(aftersales.refunds[0].items[0].childItemID.map { .number(JSONNumber($0)) } == gadget)
            #expect(aftersales.refunds[1].items[0].childItemID == nil)
        }
    }

    @Test func partsSurviveTheWayThroughTheDatabaseAndTheEvents() async throws {
        try await BrandShop.open(campaign: Self.campaign(("1", "2"))) { shop in
            let row = try await shop.till.database.query(
                "SELECT payload FROM outbox WHERE type LIKE '%.order_placed.%'"
            ).first
            let event = try JSON.decode(OrderPlaced.self, from: try #require(row)["payload", as: String.self])
            let item = try #require(event.order.checkout?.items?.first)
            #expect(item.components?.map(\.subtotal) == [2_500, 2_500])
            #expect(item.components?.map(\.quantity) == [2, 1])
            let kept = try await shop.till.database.query(
                "SELECT line FROM checkout_items WHERE particulars IS NOT NULL")
            #expect(kept.count == 1)
        }
    }
}
