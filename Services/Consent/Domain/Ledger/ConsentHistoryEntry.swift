import FoundationEssentials
public import Schema

/// One line of a consent history: what `GET /v1/consent/entries` lists and `caravan consent verify` checks.
///
/// Leaf and personal part are kept as they came, member by member, since their canonical text is what is hashed.
public struct ConsentHistoryEntry: Codable, Equatable, Sendable {
    /// The entry's place in the tree, from 0.
    public let leafIndex: Int64
    /// Base64 of the hash that the tree holds there; nil if it is gone.
    public var leafHash: String?
    /// A ``ConsentLeaf``; nil if the entry is gone.
    public let leaf: JSONValue?
    /// Base64 of the commitment's salt; nil once the person's data was deleted.
    public let salt: String?
    /// A ``ConsentPersonalPart``; nil once the person's data was deleted.
    public let personal: JSONValue?

    /// - Parameter personal: The canonical text.
    /// - Throws: `EncodingError`.
    init(leafIndex: Int64, leafHash: String?, leaf: ConsentLeaf, salt: [UInt8]?, personal: String?) throws {
        self.leafIndex = leafIndex
        self.leafHash = leafHash
        self.leaf = try JSON.decode(from: try JSON.encode(leaf))
        self.salt = salt?.base64
        // A text that somebody has broken is shown as it is.
        self.personal = personal.map { text in (try? JSON.decode(from: text)) ?? .string(text) }
    }

    /// A place whose entry is gone.
    init(missing leafIndex: Int64) {
        self.leafIndex = leafIndex
        leafHash = nil
        leaf = nil
        salt = nil
        personal = nil
    }

    enum CodingKeys: String, CodingKey {
        case leafIndex = "leaf_index"
        case leafHash = "leaf_hash"
        case leaf, salt, personal
    }

    /// Writes what is gone as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(leafIndex, forKey: .leafIndex)
        try container.encode(leafHash, forKey: .leafHash)
        try container.encode(leaf, forKey: .leaf)
        try container.encode(salt, forKey: .salt)
        try container.encode(personal, forKey: .personal)
    }

    // MARK: Checking

    /// The id of the entry, as the leaf says.
    var entryID: ConsentEntryID? {
        if case .string(let id) = leaf?["entry"] { ConsentEntryID(id) } else { nil }
    }

    /// The hash that the leaf has, whatever the tree holds; nil if the entry is gone.
    var computedHash: MerkleHash? {
        leaf.flatMap { leaf in (try? JSON.encode(leaf)).map { MerkleHash(leaf: $0) } }
    }

    /// Whether the person's data was deleted.
    var isForgotten: Bool { leaf != nil && salt == nil && personal == nil }

    /// Whether salt and personal part are what the leaf commits to; true if both were deleted.
    var keepsCommitment: Bool {
        guard !isForgotten else { return true }
        guard let personal, let salt, let bytes = Data(base64Encoded: salt), let text = try? JSON.text(personal),
            case .string(let commitment) = leaf?["commitment"]
        else { return false }
        return ConsentCommitment.hash(salt: Array(bytes), personal: text).base64 == commitment
    }
}

extension Sequence<UInt8> {
    /// The bytes as base64 (RFC 4648 §4).
    var base64: String { Data(self).base64EncodedString() }
}
