import Edge
import Foundation
import Postgres
import Schema

/// Whether a page of listings costs more in an account with a million of them than in one with ten thousand.
struct ListingPages {
    let stack: BenchStack
    let seconds: Int

    private static let turns = 5

    /// Both accounts take turns, and each figure is the median of its turns, as for ``OrderCreation``.
    func measure() async throws -> [Figure] {
        let small = try await shop(rows: 10_000)
        let large = try await shop(rows: 1_000_000)
        var latencies: (small: [Double], large: [Double]) = ([], [])
        for shop in [small, large] { _ = try await load(shop, seconds: 2) }
        for _ in 1...Self.turns {
            latencies.small.append(try await load(small, seconds: seconds).p99)
            latencies.large.append(try await load(large, seconds: seconds).p99)
        }
        return [
            Figure(
                name: "listing page of 100, p99 at 1,000,000 rows against 10,000", value: latencies.large.median,
                unit: "ms", bound: latencies.small.median, mark: .atMost(1.2))
        ]
    }

    /// An account with listings.
    private struct Shop {
        let token: String
        /// A file of cursors all over the list.
        let cursors: String
    }

    private func shop(rows: Int) async throws -> Shop {
        let account = AccountID()
        try await fill(account, rows: rows)
        let principal = Principal(
            account: account, keyID: ID<APIKey>().description, dialects: [.watchTraderHub], rateLimit: 10_000_000)
        let token = try await APIKeySigner(privateKey: stack.secrets.privateKey).token(for: principal)
        let file = stack.directory.path + "/cursors-\(rows)"
        try await cursors(of: account).joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        return Shop(token: token, cursors: file)
    }

    private func load(_ shop: Shop, seconds: Int) async throws -> BenchStack.Load {
        try await stack.wrk(
            port: stack.port(.catalog), script: "listing-page", connections: 2, seconds: seconds,
            arguments: [shop.token, shop.cursors])
    }

    /// Listings with ids in the order of time, as UUIDv7 makes them.
    private func fill(_ account: AccountID, rows: Int) async throws {
        try await stack.withDatabase { database in
            try await database.execute(
                """
                INSERT INTO catalog.listings (account_id, id, external_id, sequence, status, description, price,
                    currency, quantity, allocated, photos, watch, created_at, updated_at)
                SELECT \(account), (lpad(to_hex(1700000000000 + n), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
                    'bench-' || n, 1, 'active', 'A watch in good condition', 100000, 'EUR', 1, 0,
                    '[{"order":0,"url":"https://img.example/1.jpg"}]', '{"brand":"Omega","model":"Speedmaster"}',
                    now(), now()
                FROM generate_series(1, \(rows)::bigint) AS n
                """)
            try await BenchStack.vacuum("catalog.listings", in: database)
        }
    }

    /// Cursors all over the list.
    private func cursors(of account: AccountID) async throws -> [String] {
        try await stack.withDatabase { database in
            let rows = try await database.query(
                """
                SELECT id FROM (SELECT id, row_number() OVER () AS n, count(*) OVER () AS total FROM catalog.listings
                    WHERE account_id = \(account)) AS listing WHERE n % (total / 500) = 0
                """)
            return try rows.map { PageRequest.cursor(before: try $0["id"]) }
        }
    }
}
