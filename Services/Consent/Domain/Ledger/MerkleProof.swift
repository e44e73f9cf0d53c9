/// Which hashes a proof consists of, each as the complete subtrees that it is combined from.
///
/// They are known before any hash is read, so that one query can read them all.
public struct MerkleProofPlan: Equatable, Sendable {
    /// One element a hash of the proof.
    let parts: [[MerkleSubtree]]

    /// All subtrees whose hashes are needed.
    public var subtrees: [MerkleSubtree] { parts.flatMap { $0 } }

    /// The proof that a leaf is in the tree of `size` leaves (RFC 9162 §2.1.3.1); nil if it can't be.
    public init?(inclusionOf leaf: Int64, size: Int64) {
        guard leaf >= 0, leaf < size else { return nil }
        var parts: [[MerkleSubtree]] = []
        var range = 0..<size
        // From the root down to the leaf; proofs are read from the leaf up.
        while range.upperBound - range.lowerBound > 1 {
            let (left, right) = range.halves
            parts.append(MerkleSubtree.covering(left.contains(leaf) ? right : left))
            range = left.contains(leaf) ? left : right
        }
        self.parts = parts.reversed()
    }

    /// The proof that the tree of `second` leaves begins with that of `first` leaves (RFC 9162 §2.1.4.1); nil if it
    /// can't.
    public init?(consistencyFrom first: Int64, to second: Int64) {
        guard first >= 0, first <= second else { return nil }
        // Every tree begins with the empty one and with itself.
        guard first > 0, first < second else {
            parts = []
            return
        }
        var parts: [[MerkleSubtree]] = []
        var range = 0..<second
        // Whether the part at hand is still the left edge of the first tree: then its hash, the first tree's root, is
        // known.
        var isOldRoot = true
        while range.upperBound != first {
            let (left, right) = range.halves
            if first <= left.upperBound {
                parts.append(MerkleSubtree.covering(right))
                range = left
            } else {
                parts.append(MerkleSubtree.covering(left))
                range = right
                isOldRoot = false
            }
        }
        if !isOldRoot { parts.append(MerkleSubtree.covering(range)) }
        self.parts = parts.reversed()
    }

    /// The proof; nil if a hash is missing.
    public func proof(_ hash: (MerkleSubtree) -> MerkleHash?) -> [MerkleHash]? {
        var proof: [MerkleHash] = []
        for part in parts {
            let hashes = part.compactMap(hash)
            guard hashes.count == part.count, let combined = MerkleHash.combining(hashes) else { return nil }
            proof.append(combined)
        }
        return proof
    }
}

extension Range<Int64> {
    /// Split after the largest power of two that is smaller than the whole (RFC 6962 §2.1).
    fileprivate var halves: (left: Range, right: Range) {
        let count = upperBound - lowerBound
        let middle = lowerBound + 1 << Int64(63 - (count - 1).leadingZeroBitCount)
        return (lowerBound..<middle, middle..<upperBound)
    }
}

/// Checks proofs with nothing but hashes.
public enum MerkleProof {
    /// Whether a proof shows that a leaf is in the tree with this root (RFC 9162 §2.1.3.2).
    public static func verifiesInclusion(
        of leaf: MerkleHash, at index: Int64, size: Int64, root: MerkleHash, _ proof: [MerkleHash]
    ) -> Bool {
        guard index >= 0, index < size else { return false }
        var (node, last, hash) = (index, size - 1, leaf)
        for sibling in proof {
            guard last != 0 else { return false }
            if node & 1 == 1 || node == last {
                hash = MerkleHash(left: sibling, right: hash)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = MerkleHash(left: hash, right: sibling)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    /// Whether a proof shows that the second tree begins with all leaves of the first (RFC 9162 §2.1.4.2).
    public static func verifiesConsistency(
        from first: (size: Int64, root: MerkleHash), to second: (size: Int64, root: MerkleHash), _ proof: [MerkleHash]
    ) -> Bool {
        guard first.size >= 0, first.size <= second.size else { return false }
        if first.size == second.size { return proof.isEmpty && first.root == second.root }
        if first.size == 0 { return proof.isEmpty && first.root == .empty }
        // A first tree that is one complete subtree is not repeated in the proof.
        var path = (first.size.nonzeroBitCount == 1 ? [first.root] : []) + proof
        guard !path.isEmpty else { return false }
        let start = path.removeFirst()
        var (node, last) = (first.size - 1, second.size - 1)
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        var (old, new) = (start, start)
        for sibling in path {
            guard last != 0 else { return false }
            if node & 1 == 1 || node == last {
                old = MerkleHash(left: sibling, right: old)
                new = MerkleHash(left: sibling, right: new)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                new = MerkleHash(left: new, right: sibling)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && old == first.root && new == second.root
    }
}
