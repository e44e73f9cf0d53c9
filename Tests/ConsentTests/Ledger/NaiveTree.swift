@testable import Consent

/// RFC 6962 §2.1 word by word, over leaves kept in memory: slow, and what everything faster is compared with.
enum NaiveTree {
    static func root(_ leaves: ArraySlice<MerkleHash>) -> MerkleHash {
        guard leaves.count > 1 else { return leaves.first ?? .empty }
        let middle = leaves.startIndex + split(leaves.count)
        return MerkleHash(left: root(leaves[..<middle]), right: root(leaves[middle...]))
    }

    static func inclusion(_ index: Int, _ leaves: ArraySlice<MerkleHash>) -> [MerkleHash] {
        guard leaves.count > 1 else { return [] }
        let k = split(leaves.count)
        let middle = leaves.startIndex + k
        return index < k
            ? inclusion(index, leaves[..<middle]) + [root(leaves[middle...])]
            : inclusion(index - k, leaves[middle...]) + [root(leaves[..<middle])]
    }

    static func consistency(_ first: Int, _ leaves: ArraySlice<MerkleHash>) -> [MerkleHash] {
        subproof(first, leaves, true)
    }

    private static func subproof(_ m: Int, _ leaves: ArraySlice<MerkleHash>, _ isComplete: Bool) -> [MerkleHash] {
        if m == leaves.count { return isComplete ? [] : [root(leaves)] }
        let k = split(leaves.count)
        let middle = leaves.startIndex + k
        return m <= k
            ? subproof(m, leaves[..<middle], isComplete) + [root(leaves[middle...])]
            : subproof(m - k, leaves[middle...], false) + [root(leaves[..<middle])]
    }

    /// The largest power of two below `count`.
    private static func split(_ count: Int) -> Int {
        var k = 1
        while k * 2 < count { k *= 2 }
        return k
    }
}
