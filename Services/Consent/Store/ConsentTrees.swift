import Logging
import Messaging
import Postgres
import Schema

/// The trees over the consent entries, one an account: the only way to grow them, and all that is read of them.
///
/// Places, hashes, head and signed checkpoint are written in one transaction, and one at a time in the whole
/// deployment. So a checkpoint exists only together with the tree that it signs, and the next one grows from just that
/// tree.
struct ConsentTrees: Sendable {
    let database: PostgresDatabase
    let store: ConsentTreeStore
    let keys: LedgerKeys
    let outbox: Outbox

    init(database: PostgresDatabase, keys: LedgerKeys, outbox: Outbox) {
        self.database = database
        store = ConsentTreeStore(database: database)
        self.keys = keys
        self.outbox = outbox
    }

    // MARK: Growing

    /// What one round has done.
    struct Round: Equatable, Sendable {
        /// Entries that became leaves.
        var leaves = 0
        /// Trees that grew, each by one checkpoint.
        var checkpoints = 0
        /// Accounts whose stored tree contradicts itself: their entries wait.
        var damaged: Set<AccountID> = []
    }

    /// Gives the oldest entries without a place theirs, those of all accounts together, and signs the trees. Does
    /// nothing while another replica is at it.
    ///
    /// - Parameter limit: Most entries of one round.
    func grow(limit: Int) async throws -> Round {
        try await database.withTransaction { transaction in
            var round = Round()
            guard try await store.tryLock(in: transaction) else { return round }
            let entries = try await store.unsequenced(limit: limit, in: transaction)
            guard !entries.isEmpty else { return round }
            let known = try await store.trees(of: Set(entries.map(\.account)), in: transaction)
            round.damaged = known.damaged
            var growth = TreeGrowth(known.trees)
            for entry in entries where !known.damaged.contains(entry.account) {
                growth.append(entry.hash, at: entry.position, of: entry.account)
            }
            guard !growth.leaves.isEmpty else { return round }
            let now = Timestamp.now()
            store.save(growth, at: now, in: transaction)
            for tree in growth.trees { try tell(of: tree, at: now, in: transaction) }
            round.leaves = growth.leaves.count
            round.checkpoints = growth.trees.count
            return round
        }
    }

    private func tell(of tree: ConsentTree, at time: Timestamp, in transaction: PostgresTransaction) throws {
        let checkpoint = ConsentCheckpointSigned(
            origin: keys.origin(of: tree.account), treeSize: tree.head.size, rootHash: tree.head.root.base64,
            checkpoint: try keys.sign(tree.head, of: tree.account).description, signedAt: time)
        try outbox.append(
            checkpoint, subject: tree.account.description, sequence: tree.sequence, account: tree.account,
            in: transaction)
    }

    // MARK: Reading

    /// The head of an account's tree.
    func head(of account: AccountID) async throws -> MerkleHead {
        try await store.tree(of: account)?.head ?? MerkleHead()
    }

    /// The hashes of a proof.
    ///
    /// - Throws: ``LedgerDamage`` if a hash is not where it must be.
    func proof(_ plan: MerkleProofPlan, of account: AccountID) async throws -> [MerkleHash] {
        try await proof(plan, of: account, with: []).proof
    }

    /// A leaf's hash and those of its proof.
    ///
    /// - Throws: ``LedgerDamage`` if a hash is not where it must be.
    func inclusion(
        of leaf: Int64, _ plan: MerkleProofPlan, account: AccountID
    ) async throws -> (leaf: MerkleHash, proof: [MerkleHash]) {
        let subtree = MerkleSubtree(level: 0, index: leaf)
        let found = try await proof(plan, of: account, with: [subtree])
        guard let hash = found.hashes[subtree] else { throw LedgerDamage.missing(in: account) }
        return (hash, found.proof)
    }

    private func proof(
        _ plan: MerkleProofPlan, of account: AccountID, with others: [MerkleSubtree]
    ) async throws -> (hashes: [MerkleSubtree: MerkleHash], proof: [MerkleHash]) {
        let hashes = try await store.hashes(of: plan.subtrees + others, account: account)
        guard let proof = plan.proof({ hashes[$0] }) else { throw LedgerDamage.missing(in: account) }
        return (hashes, proof)
    }
}
