import Edge
import HTTPTypes
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Payments

/// `POST /checkout/tax`, as `healthsuite.md` has it.
@Suite struct TaxRoutesTests {
    private struct Desk {
        let routes: [Route]
        let account = AccountID()
        let campaigns: CampaignStore

        func publish(_ id: String, taxed: Bool, provider: String? = nil, isActive: Bool = true) async throws {
            var campaign = CampaignPublished.example.campaign
            campaign.internalID = id
            campaign.taxEnabled = taxed
            campaign.taxProvider = provider
            campaign.isActive = isActive
            campaign.allowedCurrencies = ["USD"]
            let (published, sequence) = (campaign, Int64.random(in: 1...1_000))
            try await campaigns.database.withTransaction { transaction in
                campaigns.save(published, sequence: sequence, of: account, in: transaction)
            }
        }

        func tax(_ body: JSONValue, permissions: Set<String> = ["*"]) async throws -> (status: Int, json: JSONValue) {
            try await routes.call(.post, "/checkout/tax", body: body, account: account, permissions: permissions)
        }
    }

    private func desk(_ body: (Desk, TaxJarDouble) async throws -> Void) async throws {
        let taxJar = try await TaxJarDouble.start()
        try await TestDatabase.with(migrations: PaymentsService.allMigrations) { database, _ in
            let campaigns = CampaignStore(database: database)
            let taxes = CampaignTaxes(
                keyring: try DataKeyring("k1:" + DataKeyring.generateKey()), taxJar: TaxJar(taxJar.account))
            let desk = Desk(routes: TaxRoutes(campaigns: campaigns, taxes: taxes).routes, campaigns: campaigns)
            try await body(desk, taxJar)
        }
        await taxJar.stop()
    }

    private func cart(_ campaign: JSONValue, code: String? = nil) -> JSONValue {
        var line: [String: JSONValue] = [
            "sku": "SKU-001", "quantity": 1, "unit_price": .number(JSONNumber("49.98") ?? JSONNumber(49)),
        ]
        line["tax_code"] = code.map { .string($0) }
        return [
            "campaign_id": campaign, "shipping": "4.70",
            "to_address": ["country": "US", "zip": "90001", "state": "CA", "city": "Los Angeles"],
            "line_items": .array([.object(line)]),
        ]
    }

    @Test func `a campaign without tax answers zero and an empty breakdown`() async throws {
        try await desk { desk, _ in
            try await desk.publish("7", taxed: false)
            try await desk.publish("8", taxed: true, isActive: false)
            for id in ["7", "8"] {
                let answer = try await desk.tax(cart(.string(id)))
                #expect(answer.status == 200)
                #expect(
                    answer.json == [
                        "success": true,
                        "data": ["tax_amount": 0, "tax_rate": 0, "breakdown": [], "tax_enabled": false],
                    ])
            }
        }
    }

    @Test func `the table's tax comes with its parts`() async throws {
        try await desk { desk, _ in
            try await desk.publish("7", taxed: true)
            let answer = try await desk.tax(cart(7))
            #expect(answer.status == 200)
            #expect(answer.json["data", "tax_amount"]?.numberText == "3.62")
            #expect(answer.json["data", "tax_rate"]?.numberText == "0.0725")
            #expect(answer.json["data", "breakdown", "city"]?.numberText == "0.5")
            #expect(answer.json["data", "tax_enabled"] == true)
        }
    }

    @Test func `TaxJar is asked as it documents, and its refusals are the client's`() async throws {
        try await desk { desk, taxJar in
            try await desk.publish("7", taxed: true, provider: "taxjar")
            let answer = try await desk.tax(cart("7", code: "20010"))
            #expect(answer.json["data", "tax_amount"]?.numberText == "1.35")
            #expect(answer.json["data", "tax_rate"]?.numberText == "0.09")
            #expect(answer.json["data", "breakdown", "special"]?.numberText == "0.38")
            let sent = try #require(try taxJar.bodies("/v2/taxes").first)
            #expect(sent["to_zip"]?.string == "90001")
            #expect(sent["amount"]?.numberText == "49.98")
            #expect(sent["shipping"]?.numberText == "4.7")
            #expect(sent["line_items", "0", "product_tax_code"]?.string == "20010")

            let refused = try await desk.tax(cart("7", code: "nonsense"))
            #expect(refused.status == 422)
            #expect(refused.json["message"]?.string == "product_tax_code is invalid")
            taxJar.fail(1)
            #expect(try await desk.tax(cart("7")).status == 503)
        }
    }

    @Test func `every fault is told by its field`() async throws {
        try await desk { desk, _ in
            let empty = try await desk.tax([:])
            #expect(empty.status == 422)
            for field in ["campaign_id", "to_address.country", "to_address.zip", "to_address.state", "line_items"] {
                #expect(empty.json["errors", field] != nil, "\(field)")
            }
            let unknown = try await desk.tax(cart("404"))
            #expect(unknown.status == 422)
            #expect(unknown.json["errors", "campaign_id"] != nil)
            try await desk.publish("7", taxed: true)
            var wrong = cart("7")
            if case .object(var members) = wrong {
                members["line_items"] = [["quantity": 0, "unit_price": "-1"], ["quantity": 1, "unit_price": "1,05"]]
                wrong = .object(members)
            }
            let lines = try await desk.tax(wrong)
            #expect(lines.status == 422)
            #expect(lines.json["errors", "line_items.0.quantity"] != nil)
            #expect(lines.json["errors", "line_items.0.unit_price"] != nil)
            #expect(lines.json["errors", "line_items.1.unit_price"] != nil)
        }
    }

    @Test func `it takes the documented permission, and another account's campaign is unknown`() async throws {
        try await desk { desk, _ in
            try await desk.publish("7", taxed: true)
            #expect(try await desk.tax(cart("7"), permissions: ["api:orders.view"]).status == 403)
            #expect(try await desk.tax(cart("7"), permissions: ["api:tax.calculate"]).status == 200)
            let foreign = try await desk.routes.call(
                .post, "/checkout/tax", body: cart("7"), account: AccountID())
            #expect(foreign.status == 422)
        }
    }
}
