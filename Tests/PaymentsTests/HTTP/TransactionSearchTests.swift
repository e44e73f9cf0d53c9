import Edge
import HTTPTypes
import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Payments

/// "Search Transactions" and the notes on them, as `healthsuite.md` has them.
@Suite struct TransactionSearchTests {
    private func routes(_ till: Till) -> [Route] {
        TransactionRoutes(
            search: TransactionSearch(database: till.database),
            idempotency: Idempotency(database: till.database, keyring: till.keyring)
        ).routes
    }

    private func find(_ till: Till, _ query: String, account: AccountID? = nil) async throws -> (Int, JSONValue) {
        let answer = try await routes(till).call(
            .get, "/checkout/transactions", query: query, account: account ?? till.account)
        return (answer.status, answer.json)
    }

    /// The numbers of the transactions found.
    private func numbers(_ till: Till, _ query: String) async throws -> [String] {
        try await find(till, query).1["data"]?.array?.compactMap { $0["transaction_number"]?.string } ?? []
    }

    @Test func `each filter finds what it names`() async throws {
        try await Till.with { till in
            let paid = try await till.pay(try await till.charge())
            let declined = try await till.pay(try await till.charge("4000000000000002"))
            let refund = try await till.settled(try await till.refund(paid.id, 2_550))
            let external = try #require(paid.externalID)
            let all = [refund.number, declined.number, paid.number]

            #expect(try await Set(numbers(till, "")) == Set(all))
            #expect(try await numbers(till, "transaction_number=\(paid.number)") == [paid.number])
            #expect(try await numbers(till, "external_transaction_id=\(external)") == [paid.number])
            #expect(try await numbers(till, "order_number=ORD-250615-00001").count == 3)
            #expect(try await numbers(till, "customer_number=CUST-250615-00001").count == 3)
            #expect(try await numbers(till, "customer_email=BUYER@example.com").count == 3)
            #expect(try await numbers(till, "status=declined") == [declined.number])
            #expect(try await numbers(till, "status=partially_refunded") == [paid.number])
            #expect(try await numbers(till, "card_first_six=411111&card_last_four=1111").count == 3)
            #expect(try await numbers(till, "card_last_four=4242") == [])
            #expect(try await numbers(till, "amount=110") == [declined.number, paid.number].sorted(by: >))
            #expect(try await numbers(till, "amount=-25.50") == [refund.number])
            #expect(try await numbers(till, "status=chargeback") == [])
        }
    }

    @Test func `a transaction shows as documented`() async throws {
        try await Till.with { till in
            let paid = try await till.pay(try await till.charge())
            let (_, json) = try await find(till, "transaction_number=\(paid.number)&per_page=10")
            let row = try #require(json["data", "0"])
            #expect(row["amount"]?.string == "110.00")
            #expect(row["currency"]?.string == "USD")
            #expect(row["campaign_id"]?.string == "123")
            #expect(row["gateway_id"]?.string == "1")
            #expect(row["gateway_name"]?.string == "Sandbox")
            #expect(row["card_brand"]?.string == "Visa")
            #expect(row["payment_method"]?.string == "card")
            #expect(row["utm_source"]?.string == "google")
            #expect(row["gateway_response"]?.string == "Sandbox: Transaction approved")
            #expect(row["created_at"]?.string?.count == "2025-05-29 14:56:53".count)
            #expect(row["products"] == [["id": 9, "name": "Box", "type": "offer"]])
            for name in ["affiliate_name", "sub1", "sub5", "utm_content"] { #expect(row[name] == .null, "\(name)") }
            #expect(
                json["pagination"] == [
                    "total": 1, "per_page": 10, "current_page": 1, "last_page": 1, "from": 1, "to": 1,
                ])
        }
    }

    @Test func `days begin in the account's time zone`() async throws {
        try await Till.with { till in
            let paid = try await till.pay(try await till.charge())
            // Half past three in the morning in UTC is the evening before in New York.
            try await till.database.execute(
                "UPDATE transactions SET created_at = '2025-03-02T03:30:00Z' WHERE id = \(paid.id)")
            #expect(try await numbers(till, "date_start=2025-03-02&date_end=2025-03-02") == [paid.number])
            #expect(try await numbers(till, "date_end=2025-03-01") == [])
            let settings = AccountSettingsChanged(
                timeZone: "America/New_York", enrichEmail: false, enrichPhone: false, enrichAddress: false)
            func save(_ settings: AccountSettingsChanged, _ sequence: Int64) async throws {
                try await till.database.withTransaction { transaction in
                    AccountSettingsStore().save(settings, sequence: sequence, of: till.account, in: transaction)
                }
            }
            try await save(settings, 2)
            #expect(try await numbers(till, "date_start=2025-03-02&date_end=2025-03-02") == [])
            #expect(try await numbers(till, "date_start=2025-03-01&date_end=2025-03-01") == [paid.number])
            var wrong = settings
            wrong.timeZone = "Mars/Olympus"
            try await save(wrong, 1)
            #expect(try await numbers(till, "date_end=2025-03-01") == [paid.number], "an old event changes nothing")
            try await save(wrong, 3)
            #expect(try await numbers(till, "date_end=2025-03-01") == [])
        }
    }

    @Test func `pages are counted, and accounts kept apart`() async throws {
        try await Till.with { till in
            for _ in 0..<3 { try await till.pay(try await till.charge()) }
            let (_, first) = try await find(till, "order_number=ORD-250615-00001&per_page=2")
            #expect(first["data"]?.array?.count == 2)
            #expect(
                first["pagination"] == [
                    "total": 3, "per_page": 2, "current_page": 1, "last_page": 2, "from": 1, "to": 2,
                ])
            let (_, second) = try await find(till, "per_page=2&page=2")
            #expect(second["data"]?.array?.count == 1)
            #expect(second["pagination", "total"] == 3)
            let (_, beyond) = try await find(till, "per_page=2&page=9")
            #expect(beyond["data"]?.array == [])
            #expect(beyond["pagination", "total"] == 3)
            let (status, foreign) = try await find(till, "", account: AccountID())
            #expect(status == 200)
            #expect(foreign["data"]?.array == [])
        }
    }

    /// Whoever follows the pages comes to the end, though the total is not counted to it at first.
    @Test func `a long list is counted as far as is needed`() async throws {
        try await Till.with { till in
            let paid = try await till.pay(try await till.charge())
            let many = HealthSuite.PageRequest.exactTotal + 50
            try await till.database.execute(
                """
                INSERT INTO transactions (id, account_id, kind, order_id, order_number, customer_number, email, status,
                    method, currency, amount, subtotal, shipping, discount, tax, tax_rate, campaign_internal_id,
                    campaign_name, attribution, products, is_upsell, upsell_depth, is_test, created_at, updated_at)
                SELECT gen_random_uuid(), account_id, kind, order_id, order_number, customer_number, email, status,
                    method, currency, amount, subtotal, shipping, discount, tax, tax_rate, campaign_internal_id,
                    campaign_name, attribution, products, is_upsell, upsell_depth, is_test,
                    created_at - n * interval '1 second', updated_at
                FROM transactions, generate_series(1, \(many - 1)::int) AS n WHERE id = \(paid.id)
                """)
            func page(_ number: Int) async throws -> (total: Int64?, last: Int64?, rows: Int?) {
                let (_, json) = try await find(till, "customer_email=buyer@example.com&per_page=100&page=\(number)")
                return (
                    json["pagination", "total"]?.integer, json["pagination", "last_page"]?.integer,
                    json["data"]?.array?.count
                )
            }
            #expect(try await page(1).total == 1_001)
            #expect(try await page(10).last == 11)
            let (last, beyond) = (try await page(11), try await page(12))
            #expect(last.total == Int64(many))
            #expect(last.rows == 50)
            #expect(beyond.total == Int64(many))
            #expect(beyond.rows == 0)
            #expect(try await numbers(till, "per_page=1") == [paid.number], "newest first")
        }
    }

    @Test(arguments: [
        "card_last_four=111", "card_first_six=41111x", "status=gone", "date_start=2025-13-01", "date_end=yesterday",
        "amount=ten", "per_page=0", "per_page=101", "page=x",
    ])
    func `what cannot be looked for is told`(query: String) async throws {
        try await Till.with(runs: false) { till in
            let (status, json) = try await find(till, query)
            #expect(status == 422)
            #expect(json["errors", String(query.prefix { $0 != "=" })] != nil)
        }
    }

    @Test func `notes are written on a transaction of the account's`() async throws {
        try await Till.with { till in
            let paid = try await till.pay(try await till.charge())
            let (routes, path) = (routes(till), "/v1/transactions/{transactionNumber}/notes")
            let owner = ["transactionNumber": paid.number]
            let text: JSONValue = ["title": "Call back", "content": "Wants a larger box", "type": "shipping"]
            let made = try await routes.call(.post, path, owner, body: text, account: till.account)
            #expect(made.status == 201)
            let id = try #require(made.json["data", "id"]?.integer)
            let listed = try await routes.call(.get, path, owner, query: "search=call", account: till.account).json
            #expect(listed["data", "0", "id"]?.integer == id)
            #expect(
                listed["transaction"] == ["transaction_number": .string(paid.number), "status": "completed"])
            let note = owner.merging(["noteId": String(id)]) { $1 }
            let changed = try await routes.call(
                .put, path + "/{noteId}", note, body: ["content": "Done"], account: till.account)
            #expect(changed.json["data", "content"]?.string == "Done")
            for other in [try await routes.call(.get, path, owner, account: AccountID())] {
                #expect(other.status == 404)
            }
            #expect(try await routes.call(.delete, path + "/{noteId}", note, account: till.account).status == 200)
            #expect(try await routes.call(.delete, path + "/{noteId}", note, account: till.account).status == 404)
        }
    }
}
