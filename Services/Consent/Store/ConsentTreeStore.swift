import Messaging
import Postgres
import Schema

/// The SQL of the trees over the consent entries.
struct ConsentTreeStore: Sendable {
    /// So many hashes of a level share a row (`consent_tree_hashes.bundle`).
    static let bundleSize: Int64 = 16

    let database: PostgresDatabase

    // MARK: Growing

    /// An entry that has no place in its account's tree yet.
    struct Unsequenced: Sendable {
        let position: Int64
        let account: AccountID
        let hash: MerkleHash
    }

    /// Makes this the only transaction that may add leaves, until it ends; false if there is another.
    func tryLock(in transaction: PostgresTransaction) async throws -> Bool {
        // Plans that were made while the tables were empty would read them as a whole for as long as they are kept, and a
        // bitmap would collect a whole backlog for each round's part of it.
        transaction.send("SET LOCAL enable_seqscan = off")
        transaction.send("SET LOCAL enable_bitmapscan = off")
        return try await transaction.query(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('consent trees of ' || current_schema(), 0)) AS locked"
        ).first?["locked"] ?? false
    }

    /// The next entries without a place, in the order in which they were appended, locked until the transaction ends.
    func unsequenced(limit: Int, in transaction: PostgresTransaction) async throws -> [Unsequenced] {
        try await transaction.query(
            """
            SELECT position, \(constant: ConsentLeaf.columns) FROM consent_entries
            WHERE leaf_index IS NULL ORDER BY position LIMIT \(limit) FOR NO KEY UPDATE
            """
        ).map { row in
            Unsequenced(
                position: try row["position"], account: try row["account_id"], hash: try ConsentLeaf(row).hash())
        }
    }

    /// The trees of these accounts, as far as there are any, and the accounts whose tree has been tampered with.
    func trees(
        of accounts: Set<AccountID>, in transaction: PostgresTransaction
    ) async throws -> (trees: [ConsentTree], damaged: Set<AccountID>) {
        let rows = try await transaction.query(
            """
            SELECT \(constant: ConsentTree.columns) FROM consent_trees WHERE account_id = ANY(\(Array(accounts))::uuid[])
            """)
        var found: (trees: [ConsentTree], damaged: Set<AccountID>) = ([], [])
        for row in rows {
            do {
                found.trees.append(try ConsentTree(row))
            } catch let damage as LedgerDamage {
                found.damaged.insert(damage.account)
            }
        }
        return found
    }

    /// Writes down what has grown.
    func save(_ growth: TreeGrowth, at time: Timestamp, in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE consent_entries entry SET leaf_index = leaf.index
            FROM unnest(\(growth.leaves.map(\.position))::bigint[], \(growth.leaves.map(\.index))::bigint[])
                AS leaf (position, index)
            WHERE entry.position = leaf.position
            """)
        let trees = growth.trees
        transaction.send(
            """
            INSERT INTO consent_trees (account_id, size, root, subtrees, sequence, signed_at)
            SELECT *, \(time)::timestamptz
            FROM unnest(\(trees.map(\.account))::uuid[], \(trees.map(\.head.size))::bigint[],
                \(trees.map(\.head.root.bytes))::bytea[], \(trees.map(\.head.subtreeBytes))::bytea[],
                \(trees.map(\.sequence))::bigint[])
            ON CONFLICT (account_id) DO UPDATE
            SET size = EXCLUDED.size, root = EXCLUDED.root, subtrees = EXCLUDED.subtrees,
                sequence = EXCLUDED.sequence, signed_at = EXCLUDED.signed_at
            """)
        let bundles = growth.runs.flatMap(Bundle.bundles)
        insert(bundles.filter { $0.offset == 0 }, in: transaction)
        extend(bundles.filter { $0.offset > 0 }, in: transaction)
    }

    private func insert(_ bundles: [Bundle], in transaction: PostgresTransaction) {
        guard !bundles.isEmpty else { return }
        transaction.send(
            """
            INSERT INTO consent_tree_hashes (account_id, level, bundle, hashes)
            SELECT * FROM unnest(\(bundles.map(\.account))::uuid[], \(bundles.map(\.level))::smallint[],
                \(bundles.map(\.index))::bigint[], \(bundles.map(\.bytes))::bytea[])
            """)
    }

    private func extend(_ bundles: [Bundle], in transaction: PostgresTransaction) {
        guard !bundles.isEmpty else { return }
        transaction.send(
            """
            UPDATE consent_tree_hashes bundle
            SET hashes = substring(bundle.hashes FOR added.start) || added.hashes
            FROM unnest(\(bundles.map(\.account))::uuid[], \(bundles.map(\.level))::smallint[],
                    \(bundles.map(\.index))::bigint[], \(bundles.map { $0.offset * MerkleHash.length })::int[],
                    \(bundles.map(\.bytes))::bytea[])
                AS added (account_id, level, bundle, start, hashes)
            WHERE bundle.account_id = added.account_id AND bundle.level = added.level AND bundle.bundle = added.bundle
            """)
    }

    // MARK: Reading

    /// An account's tree; nil before its first leaf.
    func tree(of account: AccountID) async throws -> ConsentTree? {
        try await database.query(
            "SELECT \(constant: ConsentTree.columns) FROM consent_trees WHERE account_id = \(account)"
        ).first.map { try ConsentTree($0) }
    }

    /// The hashes of complete subtrees, as far as they are there.
    func hashes(
        of subtrees: [MerkleSubtree], account: AccountID
    ) async throws -> [MerkleSubtree: MerkleHash] {
        guard !subtrees.isEmpty else { return [:] }
        let rows = try await database.query(
            """
            SELECT asked.level, asked.index, (
                SELECT substring(hashes FROM (asked.index & 15)::int * 32 + 1 FOR 32) FROM consent_tree_hashes
                WHERE account_id = \(account) AND level = asked.level AND bundle = asked.index >> 4) AS hash
            FROM unnest(\(subtrees.map(\.level))::smallint[], \(subtrees.map(\.index))::bigint[])
                AS asked (level, index)
            """)
        var hashes: [MerkleSubtree: MerkleHash] = [:]
        for row in rows {
            guard let bytes: [UInt8] = try row["hash"], let hash = MerkleHash(bytes: bytes) else { continue }
            hashes[MerkleSubtree(level: try row["level"], index: try row["index"])] = hash
        }
        return hashes
    }

    /// Where an entry stands: nil if there is none of this id, `.some(nil)` if it has no place yet.
    func leafIndex(of entry: ConsentEntryID, account: AccountID) async throws -> Int64?? {
        try await database.query(
            "SELECT leaf_index FROM consent_entries WHERE account_id = \(account) AND id = \(entry)"
        ).first.map { try $0["leaf_index", as: Int64?.self] }
    }

    /// An account's entries by their place, with the hashes that the tree holds for them; also places whose entry is
    /// gone.
    func history(of account: AccountID, _ leaves: Range<Int64>) async throws -> [ConsentHistoryEntry] {
        let rows = try await database.query(
            """
            SELECT leaf_index, personal, salt, \(constant: ConsentLeaf.columns) FROM consent_entries
            WHERE account_id = \(account) AND leaf_index >= \(leaves.lowerBound) AND leaf_index < \(leaves.upperBound)
            """)
        let hashes = try await hashes(of: leaves.map { MerkleSubtree(level: 0, index: $0) }, account: account)
        var entries: [Int64: ConsentHistoryEntry] = [:]
        for row in rows {
            let index: Int64 = try row["leaf_index"]
            entries[index] = try ConsentHistoryEntry(
                leafIndex: index, leafHash: nil, leaf: ConsentLeaf(row), salt: try row["salt"],
                personal: try row["personal"])
        }
        return leaves.map { index in
            var entry = entries[index] ?? ConsentHistoryEntry(missing: index)
            entry.leafHash = hashes[MerkleSubtree(level: 0, index: index)]?.base64
            return entry
        }
    }
}

/// Neighbouring hashes of one level that share a row.
private struct Bundle {
    let account: AccountID
    let level: Int
    let index: Int64
    /// How many hashes the row has before these.
    let offset: Int
    let bytes: [UInt8]

    /// A run of hashes cut at the ends of rows.
    static func bundles(of run: TreeGrowth.Run) -> [Bundle] {
        var bundles: [Bundle] = []
        var rest = run.hashes[...]
        while !rest.isEmpty {
            let first = run.first + Int64(rest.startIndex)
            let offset = Int(first % ConsentTreeStore.bundleSize)
            let part = rest.prefix(Int(ConsentTreeStore.bundleSize) - offset)
            bundles.append(
                Bundle(
                    account: run.account, level: run.level, index: first / ConsentTreeStore.bundleSize, offset: offset,
                    bytes: part.flatMap(\.bytes)))
            rest = rest.dropFirst(part.count)
        }
        return bundles
    }
}

extension MerkleHead {
    fileprivate var subtreeBytes: [UInt8] { subtrees.flatMap(\.bytes) }
}

extension ConsentTree {
    fileprivate static let columns: StaticString = "account_id, size, root, subtrees, sequence"

    /// - Throws: ``LedgerDamage`` if the parts of the row contradict each other: such a tree is never signed.
    fileprivate init(_ row: PostgresRow) throws {
        let account: AccountID = try row["account_id"]
        let bytes: [UInt8] = try row["subtrees"]
        let subtrees = stride(from: 0, to: bytes.count, by: MerkleHash.length).compactMap { start in
            MerkleHash(bytes: bytes[start..<min(start + MerkleHash.length, bytes.count)])
        }
        guard let head = MerkleHead(size: try row["size"], subtrees: subtrees),
            head.root.bytes == (try row["root", as: [UInt8].self])
        else { throw LedgerDamage(account: account, what: "the tree's head contradicts itself") }
        self.init(account: account, head: head, sequence: try row["sequence"])
    }
}

extension ConsentLeaf {
    fileprivate static let columns: StaticString = """
        account_id, id, kind, channel, purpose, source, occurred_at, recorded_at, commitment
        """

    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            account: try row["account_id"], entry: try row["id"], kind: try row["kind"], channel: try row["channel"],
            purpose: try row["purpose"], source: try row["source"], occurredAt: try row["occurred_at"],
            recordedAt: try row["recorded_at"], commitment: try row["commitment", as: [UInt8].self].base64)
    }
}

/// What the database holds of a tree can't be right: somebody has changed it.
struct LedgerDamage: Error {
    let account: AccountID
    let what: String

    static func missing(in account: AccountID) -> LedgerDamage {
        LedgerDamage(account: account, what: "a hash of the tree is gone")
    }
}
