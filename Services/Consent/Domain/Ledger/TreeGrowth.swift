import Schema

/// An account's tree as it stands.
struct ConsentTree: Equatable, Sendable {
    let account: AccountID
    var head: MerkleHead
    /// How many checkpoints have been signed.
    var sequence: Int64

    /// The tree without leaves.
    init(account: AccountID) {
        self.init(account: account, head: MerkleHead(), sequence: 0)
    }

    /// A tree as it was kept.
    init(account: AccountID, head: MerkleHead, sequence: Int64) {
        self.account = account
        self.head = head
        self.sequence = sequence
    }
}

/// What adding entries to their accounts' trees changes, to be written in one go.
struct TreeGrowth: Sendable {
    /// An entry and its place.
    struct Leaf: Equatable, Sendable {
        let position: Int64
        let index: Int64
    }

    /// Hashes of neighbouring subtrees of one level that are complete now.
    struct Run: Equatable, Sendable {
        let account: AccountID
        let level: Int
        /// The first one's index within the level.
        let first: Int64
        var hashes: [MerkleHash]
    }

    private struct Row: Hashable {
        let account: AccountID
        let level: Int
    }

    private var treesByAccount: [AccountID: ConsentTree]
    private var runsByRow: [Row: Run] = [:]
    private var grown: Set<AccountID> = []
    private(set) var leaves: [Leaf] = []

    /// Starts from the trees as they stand; accounts without one have an empty one.
    init(_ trees: [ConsentTree]) {
        treesByAccount = Dictionary(trees.map { ($0.account, $0) }) { _, last in last }
    }

    /// Gives an entry the next place in its account's tree.
    ///
    /// - Parameter position: Where the ledger keeps the entry.
    mutating func append(_ leaf: MerkleHash, at position: Int64, of account: AccountID) {
        var tree = treesByAccount[account] ?? ConsentTree(account: account)
        let index = tree.head.size
        // One checkpoint tells of all that is added here.
        if grown.insert(account).inserted { tree.sequence += 1 }
        leaves.append(Leaf(position: position, index: index))
        tree.head.append(leaf) { subtree, hash in
            let row = Row(account: account, level: subtree.level)
            runsByRow[row, default: Run(account: account, level: subtree.level, first: subtree.index, hashes: [])]
                .hashes.append(hash)
        }
        treesByAccount[account] = tree
    }

    /// The trees that have grown, each with its next checkpoint's sequence.
    var trees: [ConsentTree] { grown.sorted().compactMap { treesByAccount[$0] } }

    /// All hashes that are new.
    var runs: [Run] { Array(runsByRow.values) }
}
