import Edge
import Foundation
import Postgres
import Schema

/// Whether a page of listings costs more in an account with a million of them than in one with ten thousand.
struct ListingPages {
    let stack: BenchStack
    let seconds: Int

    func measure() async throws -> [Figure] {
        let signer = try APIKeySigner(privateKey: stack.secrets.privateKey)
        var latencies: [Double] = []
        for rows in [10_000, 1_000_000] {
            let account = AccountID()
            try await fill(account, rows: rows)
            let token = try await signer.token(
                for: Principal(
                    account: account, keyID: ID<APIKey>().description, dialects: [.watchTraderHub],
                    rateLimit: 10_000_000))
            let file = stack.directory.path + "/cursors-\(rows)"
            try await cursors(of: account).joined(separator: "\n").write(
                toFile: file, atomically: true, encoding: .utf8)
            _ = try await load(token, file, seconds: 2)
            latencies.append(try await load(token, file, seconds: seconds).p99)
        }
        return [
            Figure(
                name: "listing page of 100, p99 at 1,000,000 rows against 10,000", value: latencies[1], unit: "ms",
                bound: latencies[0], mark: .atMost(1.2))
        ]
    }

    private func load(_ token: String, _ file: String, seconds: Int) async throws -> BenchStack.Load {
        try await stack.wrk(
            port: stack.port(.catalog), script: "listing-page", connections: 2, seconds: seconds,
            arguments: [token, file])
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
            try await database.execute(PostgresQuery(unsafeSQL: "VACUUM ANALYZE catalog.listings"))
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
