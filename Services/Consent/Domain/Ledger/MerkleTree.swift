/// A complete subtree of a Merkle tree: the 2^level leaves that begin with leaf index · 2^level. Its hash never
/// changes, however much the tree grows.
public struct MerkleSubtree: Hashable, Sendable {
    public let level: Int
    public let index: Int64

    public init(level: Int, index: Int64) {
        self.level = level
        self.index = index
    }

    /// The complete subtrees that leaves `start ..< end` are made of, the leftmost first. `start` must be a multiple
    /// of the smallest power of two that is not below the number of leaves, as it is for all parts that proofs are
    /// made of; each subtree is then smaller than the one to its left.
    static func covering(_ leaves: Range<Int64>) -> [MerkleSubtree] {
        var subtrees: [MerkleSubtree] = []
        var start = leaves.lowerBound
        while start < leaves.upperBound {
            let level = 63 - (leaves.upperBound - start).leadingZeroBitCount
            subtrees.append(MerkleSubtree(level: level, index: start >> Int64(level)))
            start += 1 << Int64(level)
        }
        return subtrees
    }
}

/// The head of a growing Merkle tree (RFC 6962 §2.1): as much of it as is needed to add leaves and to know the root.
public struct MerkleHead: Equatable, Sendable {
    /// The number of leaves.
    public private(set) var size: Int64
    /// The hashes of the complete subtrees that the tree is made of, the largest, which is the leftmost, first.
    public private(set) var subtrees: [MerkleHash]

    /// The empty tree.
    public init() {
        size = 0
        subtrees = []
    }

    /// A head as it was kept; nil if there are not as many subtrees as a tree of this size has.
    public init?(size: Int64, subtrees: [MerkleHash]) {
        guard size >= 0, subtrees.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.subtrees = subtrees
    }

    /// Adds a leaf.
    ///
    /// - Parameter completed: Called with each subtree that is complete now, the leaf itself first.
    public mutating func append(_ leaf: MerkleHash, completed: (MerkleSubtree, MerkleHash) -> Void = { _, _ in }) {
        var hash = leaf
        completed(MerkleSubtree(level: 0, index: size), hash)
        // Adding one to the size carries through its trailing ones: so many subtrees become one.
        for level in 0..<(~size).trailingZeroBitCount {
            hash = MerkleHash(left: subtrees.removeLast(), right: hash)
            completed(MerkleSubtree(level: level + 1, index: size >> Int64(level + 1)), hash)
        }
        subtrees.append(hash)
        size += 1
    }

    /// The hash of the whole tree.
    public var root: MerkleHash { MerkleHash.combining(subtrees) ?? .empty }
}

extension MerkleHash {
    /// The hash of neighbouring complete subtrees, each smaller than the one to its left; nil without any.
    static func combining(_ subtrees: some BidirectionalCollection<MerkleHash>) -> MerkleHash? {
        guard let last = subtrees.last else { return nil }
        return subtrees.dropLast().reversed().reduce(last) { MerkleHash(left: $1, right: $0) }
    }
}
