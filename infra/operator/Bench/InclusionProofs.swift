import Consent
import Edge
import Foundation
import Postgres
import Schema

/// What an inclusion proof costs in a consent ledger of ten million entries.
struct InclusionProofs {
    static let size: Int64 = 10_000_000

    let stack: BenchStack
    let seconds: Int

    /// Only the tree is filled: proofs by leaf index don't look at entries.
    func measure() async throws -> [Figure] {
        let account = AccountID()
        try await fill(account)
        let principal = Principal(
            account: account, keyID: ID<APIKey>().description, dialects: [.noticia], rateLimit: 10_000_000)
        let token = try await APIKeySigner(privateKey: stack.secrets.privateKey).token(for: principal)
        func load(_ seconds: Int) async throws -> BenchStack.Load {
            try await stack.wrk(
                port: stack.port(.consent), script: "inclusion-proof", connections: 2, seconds: seconds,
                arguments: [token, "\(Self.size)"])
        }
        _ = try await load(2)
        var latencies: [Double] = []
        for _ in 1...5 { latencies.append(try await load(seconds).p99) }
        let hashes = stride(from: 0, to: Self.size, by: 997).compactMap { leaf in
            MerkleProofPlan(inclusionOf: leaf, size: Self.size)?.subtrees.count
        }
        return [
            Figure(
                name: "inclusion proof at 10,000,000 entries, p99", value: latencies.median, unit: "ms", bound: nil,
                mark: .atMost(5)),
            Figure(
                name: "inclusion proof at 10,000,000 entries, hashes read at most", value: Double(hashes.max() ?? 0),
                unit: "", bound: nil, mark: .atMost(40)),
        ]
    }

    /// Grows a tree as the service does, and stores what it would have stored.
    private func fill(_ account: AccountID) async throws {
        try await stack.withDatabase { database in
            var head = MerkleHead()
            var levels: [Int: (bundle: Int64, hashes: [UInt8])] = [:]
            var rows = Rows(account: account)
            for leaf in 0..<Self.size {
                let hash = MerkleHash(leaf: withUnsafeBytes(of: leaf.bigEndian) { Array($0) })
                head.append(hash) { subtree, hash in
                    // Sixteen neighbours of a level share a row (`consent_tree_hashes`).
                    var level = levels[subtree.level] ?? (subtree.index >> 4, [])
                    level.hashes += hash.bytes
                    if subtree.index & 15 == 15 {
                        rows.add(subtree.level, level.bundle, level.hashes)
                        levels[subtree.level] = (level.bundle + 1, [])
                    } else {
                        levels[subtree.level] = level
                    }
                }
                if rows.count >= 2_000 { try await rows.insert(into: database) }
            }
            for (level, rest) in levels where !rest.hashes.isEmpty { rows.add(level, rest.bundle, rest.hashes) }
            try await rows.insert(into: database)
            try await database.execute(
                """
                INSERT INTO consent.consent_trees (account_id, size, root, subtrees, sequence, signed_at)
                VALUES (\(account), \(head.size), \(head.root.bytes), \(head.subtrees.flatMap(\.bytes)), 1, now())
                """)
            try await BenchStack.vacuum("consent.consent_tree_hashes", in: database)
        }
    }

    private struct Rows {
        let account: AccountID
        private var levels: [Int] = []
        private var bundles: [Int64] = []
        private var hashes: [[UInt8]] = []

        init(account: AccountID) {
            self.account = account
        }

        var count: Int { levels.count }

        mutating func add(_ level: Int, _ bundle: Int64, _ bytes: [UInt8]) {
            levels.append(level)
            bundles.append(bundle)
            hashes.append(bytes)
        }

        mutating func insert(into database: PostgresDatabase) async throws {
            try await database.execute(
                """
                INSERT INTO consent.consent_tree_hashes (account_id, level, bundle, hashes)
                SELECT \(account)::uuid, * FROM unnest(\(levels)::smallint[], \(bundles)::bigint[], \(hashes)::bytea[])
                """)
            self = Rows(account: account)
        }
    }
}
