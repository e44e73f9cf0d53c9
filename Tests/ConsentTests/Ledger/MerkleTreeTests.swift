import Testing

@testable import Consent

/// The tree against the vectors of the Certificate Transparency project and against RFC 6962 written out.
@Suite struct MerkleTreeTests {
    // certificate-transparency, merkletree/merkle_tree_test.cc
    private static let leaves: [[UInt8]] = [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], Array(0x50...0x57),
        Array(0x60...0x6f),
    ]
    private static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    @Test func theRootsAreThoseOfTheVectors() {
        var head = MerkleHead()
        #expect(Self.hexadecimal(head.root) == Self.roots[0])
        for (index, leaf) in Self.leaves.enumerated() {
            head.append(MerkleHash(leaf: leaf))
            #expect(Self.hexadecimal(head.root) == Self.roots[index + 1])
        }
    }

    @Test(arguments: [
        (0, 1, []),
        (
            0, 8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        ),
        (
            5, 8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (
            1, 5,
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        ),
    ])
    func inclusionProofsAreThoseOfTheVectors(leaf: Int64, size: Int64, proof: [String]) throws {
        let tree = GrownTree(Self.leaves.map { MerkleHash(leaf: $0) })
        let plan = try #require(MerkleProofPlan(inclusionOf: leaf, size: size))
        #expect(plan.proof(tree.hash)?.map(Self.hexadecimal) == proof)
    }

    @Test(arguments: [
        (1, 1, []),
        (
            1, 8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        ),
        (
            6, 8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        ),
        (
            2, 5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        ),
    ])
    func consistencyProofsAreThoseOfTheVectors(first: Int64, second: Int64, proof: [String]) throws {
        let tree = GrownTree(Self.leaves.map { MerkleHash(leaf: $0) })
        let plan = try #require(MerkleProofPlan(consistencyFrom: first, to: second))
        #expect(plan.proof(tree.hash)?.map(Self.hexadecimal) == proof)
    }

    /// Every root, proof and verification of every tree of up to 70 leaves.
    @Test func agreesWithTheDefinition() throws {
        let leaves = (0..<70).map { MerkleHash(leaf: [UInt8($0)]) }
        let tree = GrownTree(leaves)
        let stranger = MerkleHash(leaf: [200])
        for size in 1...leaves.count {
            let root = NaiveTree.root(leaves[..<size])
            #expect(tree.roots[size] == root)
            for leaf in 0..<size {
                let plan = try #require(MerkleProofPlan(inclusionOf: Int64(leaf), size: Int64(size)))
                let proof = try #require(plan.proof(tree.hash))
                #expect(proof == NaiveTree.inclusion(leaf, leaves[..<size]))
                func verifies(_ hash: MerkleHash, at index: Int, of size: Int, _ proof: [MerkleHash]) -> Bool {
                    MerkleProof.verifiesInclusion(of: hash, at: Int64(index), size: Int64(size), root: root, proof)
                }
                #expect(verifies(leaves[leaf], at: leaf, of: size, proof))
                #expect(!verifies(stranger, at: leaf, of: size, proof))
                #expect(!verifies(leaves[leaf], at: leaf ^ 1, of: size, proof) || size == 1)
                #expect(!verifies(leaves[leaf], at: leaf, of: size, proof + [stranger]))
                if !proof.isEmpty {
                    #expect(!verifies(leaves[leaf], at: leaf, of: size, proof.dropLast()))
                    #expect(!verifies(leaves[leaf], at: leaf, of: size, [stranger] + proof.dropFirst()))
                }
            }
            for first in 1...size {
                let plan = try #require(MerkleProofPlan(consistencyFrom: Int64(first), to: Int64(size)))
                let proof = try #require(plan.proof(tree.hash))
                #expect(proof == NaiveTree.consistency(first, leaves[..<size]))
                func verifies(_ old: MerkleHash, _ new: MerkleHash, _ proof: [MerkleHash]) -> Bool {
                    MerkleProof.verifiesConsistency(
                        from: (Int64(first), old), to: (Int64(size), new), proof)
                }
                #expect(verifies(tree.roots[first], root, proof))
                #expect(!verifies(stranger, root, proof))
                #expect(!verifies(tree.roots[first], stranger, proof))
                #expect(!verifies(tree.roots[first], root, proof + [stranger]))
                if !proof.isEmpty {
                    #expect(!verifies(tree.roots[first], root, proof.dropLast()))
                    #expect(!verifies(tree.roots[first], root, [stranger] + proof.dropFirst()))
                }
            }
        }
    }

    @Test func refusesProofsThatCannotBe() {
        #expect(MerkleProofPlan(inclusionOf: 5, size: 5) == nil)
        #expect(MerkleProofPlan(inclusionOf: -1, size: 5) == nil)
        #expect(MerkleProofPlan(consistencyFrom: 6, to: 5) == nil)
        #expect(MerkleProofPlan(consistencyFrom: 0, to: 5)?.subtrees == [])
        #expect(MerkleHead(size: 3, subtrees: [.empty]) == nil)
    }

    /// The figure's mark: what a proof reads of a tree of ten million leaves.
    @Test func aProofOfTenMillionReadsFewHashes() throws {
        let size: Int64 = 10_000_000
        for leaf in [0, 1, size / 2, 8_388_607, 8_388_608, 9_999_871, 9_999_872, size - 1] {
            let plan = try #require(MerkleProofPlan(inclusionOf: leaf, size: size))
            #expect(plan.subtrees.count <= 40)
        }
    }

    @Test func aHeadThatWasKeptGrowsOn() throws {
        let leaves = (0..<70).map { MerkleHash(leaf: [UInt8($0)]) }
        let tree = GrownTree(leaves)
        var head = MerkleHead()
        for leaf in leaves {
            head = try #require(MerkleHead(size: head.size, subtrees: head.subtrees))
            head.append(leaf)
            #expect(head.root == tree.roots[Int(head.size)])
        }
    }

    static func hexadecimal(_ hash: MerkleHash) -> String {
        hash.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// A tree that has kept what was completed while it grew.
struct GrownTree {
    private var hashes: [MerkleSubtree: MerkleHash] = [:]
    /// By size.
    private(set) var roots = [MerkleHash.empty]

    init(_ leaves: [MerkleHash]) {
        var head = MerkleHead()
        for leaf in leaves {
            head.append(leaf) { hashes[$0] = $1 }
            roots.append(head.root)
        }
    }

    func hash(_ subtree: MerkleSubtree) -> MerkleHash? { hashes[subtree] }
}
