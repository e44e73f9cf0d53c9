import Foundation
import Payments
import Postgres
import Schema

/// How many postings a second `ledger verify` proves, in books of a million.
struct LedgerVerification {
    let stack: BenchStack

    private static let transactions = 250_000
    private static let turns = 3

    func measure() async throws -> [Figure] {
        try await stack.withDatabase { try await fill($0) }
        let parts = StackParts(
            directory: stack.directory, ports: stack.ports, replicas: 1, secrets: stack.secrets, usesTLS: false)
        var configuration = PostgresConfiguration(url: try parts.databaseURL(of: .payments))
        configuration.searchPath = ServiceName.payments.rawValue
        let database = PostgresDatabase(configuration: configuration)
        var rates: [Double] = []
        for _ in 1...Self.turns { rates.append(try await verify(LedgerAudit(database: database))) }
        await database.shutdown()
        return [
            Figure(
                name: "ledger postings verified", value: rates.median, unit: "/s", bound: nil, mark: .atLeast(200_000))
        ]
    }

    private func verify(_ audit: LedgerAudit) async throws -> Double {
        let start = ContinuousClock.now
        var postings = 0
        var differences: [String] = []
        try await audit.verify { part in
            postings += part.postings
            differences += part.differences
        }
        guard postings == Self.transactions * 4, differences.isEmpty else {
            throw OperatorError("\(postings) postings were verified: \(differences.prefix(3))")
        }
        return Double(postings) / ((ContinuousClock.now - start) / .seconds(1))
    }

    /// Card charges that were completed, each with the four postings of its capture and its tax, under the books' own
    /// rules: the triggers that refuse half an entry see every statement.
    private func fill(_ database: PostgresDatabase) async throws {
        let account = AccountID()
        try await database.withTransaction { transaction in
            transaction.send(
                """
                INSERT INTO payments.transactions (id, account_id, number, kind, order_id, order_number, customer_number,
                    email, status, method, currency, amount, subtotal, shipping, discount, tax, tax_rate,
                    gateway_id, gateway_name, card_brand, card_first_six, card_last_four, card_expiry_month,
                    card_expiry_year, campaign_internal_id, campaign_name, attribution, products, is_upsell,
                    upsell_depth, is_test, sequence, created_at, updated_at)
                SELECT (lpad(to_hex(1700000000000 + n), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
                    \(account), 'TXN-' || n, 'charge', gen_random_uuid(), 'ORD-' || n, 'CUST-' || n,
                    'buyer-' || n || '@shop.example', 'completed', 'card', 'USD', 11225, 10000, 500, 0, 725, '0.0725',
                    1, 'Sandbox', 'visa', '411111', '1111', 12, 2035, '1001', 'Demo straps', '{}', '[]', false, 0,
                    true, 1, now(), now()
                FROM generate_series(1, \(Self.transactions)::bigint) AS n
                """)
            transaction.send(
                """
                INSERT INTO payments.ledger_postings (transaction_id, movement, ledger_account, account_id, currency,
                    amount)
                SELECT t.id, p.movement, p.ledger_account, t.account_id, t.currency, p.amount
                FROM payments.transactions t
                CROSS JOIN LATERAL (VALUES ('capture', 'gateway_clearing', t.amount), ('capture', 'sales', -t.amount),
                    ('tax', 'sales', t.tax), ('tax', 'tax_payable', -t.tax)) AS p (movement, ledger_account, amount)
                WHERE t.account_id = \(account)
                """)
        }
        for table in ["transactions", "ledger_postings"] {
            try await BenchStack.vacuum("payments.\(table)", in: database)
        }
    }
}
