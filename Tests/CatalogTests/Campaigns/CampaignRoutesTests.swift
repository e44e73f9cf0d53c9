import Edge
import FoundationEssentials
import Schema
import TestKit
import Testing

@testable import Catalog

@Suite struct CampaignRoutesTests {
    private typealias Publishing = CampaignPublishingTests

    @Test func oneCampaignHasTheDocumentedFields() async throws {
        try await Storefront.open { shop in
            let changes: [String: JSONValue] = [
                "category": ["id": 7, "name": "Watches"], "minimum_amount": 1000, "max_customer_declines": 3,
            ]
            let published = try await shop.publish("123", Publishing.campaign(Publishing.both, changes))
            let (status, json) = try await shop.campaigns("identifier=123")
            let data = try #require(json["data"])
            #expect(status == 200)
            #expect(json["pagination"] == nil)
            let expected: [String: JSONValue] = [
                "id": try #require(published.json["number"]), "internal_id": "123", "name": "Spring",
                "is_active": true, "allowed_countries": ["US"], "allowed_currencies": ["USD"],
                "allowed_card_brands": [], "allow_prepaid_cards": true, "allow_virtual_cards": true,
                "allow_international_cards": true, "minimum_amount": "1000", "maximum_amount": .null,
                "max_customer_declines": 3, "fulfillment_delay": 0, "category": ["id": 7, "name": "Watches"],
                "gateway_id": .null, "payment_orchestrator_id": .null, "offers_count": 1, "upsells_count": 1,
            ]
            for (name, value) in expected { #expect(data[name] == value, "\(name)") }
            let created = try #require(data["created_at"]?.string)
            #expect(created.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil)
            let uuid = try #require(data["uuid"]?.string)
            #expect(try await shop.campaigns("identifier=\(uuid)").json == json)
        }
    }

    @Test func filtersAndPages() async throws {
        try await Storefront.open { shop in
            for number in 1...17 {
                let changes: [String: JSONValue] = [
                    "name": .string(number == 5 ? "100%_Off" : "Campaign \(number)"), "is_active": .bool(number != 3),
                    "category": number == 4 ? ["id": 9, "name": "Boats"] : .null,
                ]
                _ = try await shop.publish("\(number)00", Publishing.campaign([], changes))
            }
            func found(_ query: String) async throws -> [String] {
                let (status, json) = try await shop.campaigns(query)
                #expect(status == 200)
                return json["data"]?.each("internal_id").compactMap { $0?.string } ?? []
            }
            #expect(try await found("is_active=0") == ["300"])
            #expect(try await found("category_id=9") == ["400"])
            #expect(try await found("search=%25_") == ["500"])
            #expect(try await found("search=_") == ["500"])
            #expect(try await found("search=campaign+1&is_active=true").count == 9)
            #expect(try await found("search=1700") == ["1700"])
            #expect(try await found("page=2") == ["1600", "1700"])
            let pagination = try await shop.campaigns("per_page=5&page=4").json["pagination"]
            #expect(
                pagination == [
                    "total": 17, "per_page": 5, "current_page": 4, "last_page": 4, "from": 16, "to": 17,
                ])
            let beyond = try await shop.campaigns("page=9").json
            #expect(beyond["data"] == [])
            #expect(beyond["pagination"]?["from"] == .null)
            for query in ["per_page=16", "per_page=0", "is_active=perhaps", "category_id=x"] {
                #expect(try await shop.campaigns(query).status == 422, "\(query)")
            }
            #expect(try await shop.campaigns("identifier=999").status == 404)
        }
    }

    @Test func productsComeByPositionAndWithTheirCampaign() async throws {
        try await Storefront.open { shop in
            let early: JSONValue = [
                "internal_id": "13", "product_type": "offer", "name": "Ebook", "price": "15", "position": 0,
                "is_active": false,
                "base_product": ["id": 6, "name": "Bulb", "weight": "2.5", "dimensions": ["length": 10]],
            ]
            _ = try await shop.publish("123", Publishing.campaign([Publishing.offer, Publishing.upsell, early]))
            let (status, json) = try await shop.products("123")
            #expect(status == 200)
            #expect(json["data"]?.each("name") == ["Ebook", "Box", "Plan"])
            #expect(json["campaign"]?["internal_id"] == "123")
            let rows = try #require(json["data"]?.array)
            #expect(rows[0]["base_product"]?["id"] == 6)
            #expect(
                rows[0]["base_product"]?["dimensions"] == ["length": "10", "width": .null, "height": .null])
            #expect(rows[1]["base_product"]?["id"] == rows[1]["id"])
            #expect(rows[1]["subscription_config"] == .null)
            #expect(rows[1]["allow_duplicates"] == .null)
            #expect(rows[2]["subscription_config"] == ["interval": "monthly", "cycles": 12])
            #expect(rows[2]["billing_schedule"] == ["start_date": "immediate", "trial_days": 0])
            #expect(rows[2]["allow_duplicates"] == true)
            #expect(try await shop.products("123", "product_type=upsell").json["data"]?.each("name") == ["Plan"])
            #expect(try await shop.products("123", "is_active=1&search=o").json["data"]?.each("name") == ["Box"])
            let second = try await shop.products("123", "per_page=2&page=2").json
            #expect(second["pagination"]?["total"] == 3)
            #expect(second["data"]?.each("name") == ["Plan"])
            #expect(try await shop.products("123", "per_page=100").status == 200)
            for query in ["per_page=101", "product_type=bundle"] {
                #expect(try await shop.products("123", query).status == 422, "\(query)")
            }
            #expect(try await shop.products("9").status == 404)
        }
    }

    @Test func eachOperationAsksForItsPermission() async throws {
        try await Storefront.open { shop in
            _ = try await shop.publish("1", Publishing.campaign())
            let statuses = { (permission: String) in
                [
                    try await shop.campaigns(permissions: [permission]).status,
                    try await shop.campaigns("identifier=1", permissions: [permission]).status,
                    try await shop.products("1", permissions: [permission]).status,
                ]
            }
            #expect(try await statuses("api:campaigns.view_any") == [200, 403, 403])
            #expect(try await statuses("api:campaigns.view") == [403, 200, 403])
            #expect(try await statuses("api:campaigns.products.view") == [403, 403, 200])
            let refused = try await shop.campaigns(permissions: [])
            #expect(refused.json["message"] == "Unauthorized. Token lacks the necessary permissions.")
        }
    }

    @Test func accountsSeeOnlyTheirOwn() async throws {
        try await Storefront.open { shop in
            let published = try await shop.publish("1", Publishing.campaign())
            let id = try #require(published.json["id"]?.string.flatMap { CampaignID($0) })
            let stranger = AccountID()
            #expect(try await shop.campaigns(account: stranger).json["data"] == [])
            for identifier in ["1", id.uuid.uuidString] {
                #expect(try await shop.campaigns("identifier=\(identifier)", account: stranger).status == 404)
                #expect(try await shop.products(identifier, account: stranger).status == 404)
            }
            let own = try await shop.publish("1", Publishing.campaign([], ["name": "Theirs"]), for: stranger)
            #expect(own.status == 201)
            #expect(try await shop.campaigns("identifier=1").json["data"]?["name"] == "Spring")
        }
    }
}
