import Edge
import HTTPTypes
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Payments

/// "Alternative Payments" of `healthsuite.md`.
@Suite struct AlternativePaymentTests {
    private let account = AccountID()

    private func with(_ body: ([Route]) async throws -> Void) async throws {
        try await TestDatabase.with(migrations: PaymentsService.allMigrations) { database, _ in
            try await body(AlternativePaymentRoutes(store: AlternativePaymentStore(database: database)).routes)
        }
    }

    private func put(_ routes: [Route], _ id: String, _ body: JSONValue) async throws -> (status: Int, json: JSONValue)
    {
        try await routes.call(.put, "/admin/v1/alternative-payments/{id}", ["id": id], body: body, account: account)
    }

    private func list(_ routes: [Route], _ query: String? = nil) async throws -> (status: Int, json: JSONValue) {
        try await routes.call(.get, "/v1/alternative-payments", query: query, account: account)
    }

    @Test func `what is published is listed, found and read`() async throws {
        try await with { routes in
            let wallet = try await put(routes, "1", ["name": "PayPal Business", "payment_type": "paypal_wallet"])
            #expect(wallet.status == 201)
            #expect(try await put(routes, "2", ["name": "Zelle Payments", "payment_type": "zelle"]).status == 201)
            let again = try await put(
                routes, "2", ["name": "Zelle", "payment_type": "zelle", "status": "testing", "test_mode": true])
            #expect(again.status == 200)

            let all = try await list(routes, "per_page=10").json
            #expect(all["data"]?.array?.count == 2)
            #expect(
                all["pagination"] == [
                    "total": 2, "per_page": 10, "current_page": 1, "last_page": 1, "from": 1, "to": 2,
                ])
            let first = try #require(all["data", "0"])
            #expect(first["payment_type_label"]?.string == "PayPal Wallet")
            #expect(first["requires_redirect"] == true)
            #expect(first["supports_refunds"] == true)
            #expect(first["supports_upsells"] == false, "nothing of a wallet is kept to charge")
            #expect(first["created_at"]?.string?.count == "2026-02-12T10:00:00.000000Z".count)

            let found = try await list(routes, "payment_type=paypal_wallet&status=active&search=paypal").json
            #expect(found["data"]?.array == [first])
            #expect(try await list(routes, "status=inactive").json["data"]?.array == [])
            #expect(try await list(routes, "per_page=1&page=2").json["data", "0", "id"] == 2)

            let single = try await routes.call(
                .get, "/v1/alternative-payments/{id}", ["id": "2"], account: account
            ).json
            #expect(single["data", "status"]?.string == "testing")
            #expect(single["data", "supports_refunds"] == false)
        }
    }

    @Test func `faults are told, and other accounts' methods are unknown`() async throws {
        try await with { routes in
            #expect(try await put(routes, "1", ["payment_type": "zelle"]).status == 400)
            #expect(try await put(routes, "1", ["name": "x", "payment_type": "shells"]).status == 400)
            #expect(try await put(routes, "0", ["name": "x", "payment_type": "zelle"]).status == 400)
            #expect(try await put(routes, "1", ["name": "x", "payment_type": "zelle"]).status == 201)
            for query in ["payment_type=shells", "status=gone", "per_page=101", "per_page=0", "page=0"] {
                #expect(try await list(routes, query).status == 422, "\(query)")
            }
            for (id, owner) in [("1", AccountID()), ("9", account), ("x", account)] {
                let answer = try await routes.call(
                    .get, "/v1/alternative-payments/{id}", ["id": id], account: owner)
                #expect(answer.status == 404)
                #expect(answer.json["success"] == false)
            }
        }
    }
}
