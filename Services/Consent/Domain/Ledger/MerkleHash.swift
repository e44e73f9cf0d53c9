import Crypto
import FoundationEssentials

/// A hash of a Merkle tree (RFC 6962 §2.1): 32 bytes of SHA-256.
public struct MerkleHash: Hashable, Sendable {
    /// The number of bytes.
    public static let length = 32

    // Four words instead of an array: a tree has millions of them.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// The hash of a leaf: of the byte 0 and its data.
    public init(leaf data: some Sequence<UInt8>) {
        var hash = SHA256()
        hash.update(data: [0x00] + Array(data))
        self.init(hash.finalize())
    }

    /// The hash of a node: of the byte 1 and the hashes of its children.
    public init(left: MerkleHash, right: MerkleHash) {
        self.init(
            withUnsafeTemporaryAllocation(byteCount: 1 + 2 * Self.length, alignment: 8) { buffer in
                buffer[0] = 0x01
                buffer.baseAddress?.storeBytes(of: left.words, toByteOffset: 1, as: type(of: left.words))
                buffer.baseAddress?.storeBytes(
                    of: right.words, toByteOffset: 1 + Self.length, as: type(of: right.words))
                return SHA256.hash(data: UnsafeRawBufferPointer(buffer))
            })
    }

    /// Takes 32 bytes; nil for any other number.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.length else { return nil }
        words = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    }

    /// Reads base64; nil unless it is 32 bytes.
    public init?(base64 text: String) {
        guard let data = Data(base64Encoded: text) else { return nil }
        self.init(bytes: data)
    }

    private init(_ digest: SHA256.Digest) {
        words = (0, 0, 0, 0)
        digest.withUnsafeBytes { digest in withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: digest) } }
    }

    /// The root of the empty tree: the hash of nothing.
    public static let empty = MerkleHash(SHA256.hash(data: [UInt8]()))

    /// The 32 bytes.
    public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    /// The bytes as base64, as checkpoints and proofs show them.
    public var base64: String { withUnsafeBytes(of: words) { Data($0).base64EncodedString() } }

    public static func == (left: MerkleHash, right: MerkleHash) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}
