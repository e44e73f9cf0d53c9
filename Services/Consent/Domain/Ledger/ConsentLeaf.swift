public import Schema

/// What the tree holds of an entry: everything that is not personal, and the commitment to what is.
public struct ConsentLeaf: Codable, Equatable, Sendable {
    /// Names the format, so that a leaf can't be taken for anything else; another format gets another name.
    public static let format = "caravan-consent-entry/v1"

    public let format: String
    public let account: AccountID
    public let entry: ConsentEntryID
    // Texts, since a leaf must be read as it is, whatever it says.
    public let kind: String
    public let channel: String
    public let purpose: String
    public let source: String
    public let occurredAt: Timestamp
    public let recordedAt: Timestamp
    /// Base64 of SHA-256 over the salt and the personal part's canonical text.
    public let commitment: String

    public init(
        account: AccountID, entry: ConsentEntryID, kind: String, channel: String, purpose: String, source: String,
        occurredAt: Timestamp, recordedAt: Timestamp, commitment: String
    ) {
        format = Self.format
        self.account = account
        self.entry = entry
        self.kind = kind
        self.channel = channel
        self.purpose = purpose
        self.source = source
        self.occurredAt = occurredAt
        self.recordedAt = recordedAt
        self.commitment = commitment
    }

    enum CodingKeys: String, CodingKey {
        case format, account, entry, kind, channel, purpose, source, commitment
        case occurredAt = "occurred_at"
        case recordedAt = "recorded_at"
    }

    /// The leaf's hash: of its canonical text.
    ///
    /// - Throws: `EncodingError`.
    public func hash() throws -> MerkleHash { MerkleHash(leaf: try JSON.encode(self)) }
}
