/// An account's consent ledger has grown and was signed. The subject is the account.
public struct ConsentCheckpointSigned: DescribedEvent {
    public static let name = "consent_checkpoint_signed"
    public static let version = 1
    public static let topic = Topic.consentEvents
    public static let summary = "An account's consent ledger has grown and was signed. The subject is the account."

    /// The log's name.
    public var origin: String
    /// How many entries it has.
    public var treeSize: Int64
    /// Base64 of the Merkle tree's root (RFC 6962).
    public var rootHash: String
    /// The whole checkpoint with its signatures, a C2SP signed note.
    public var checkpoint: String
    /// When it was signed.
    public var signedAt: Timestamp

    /// Makes the event.
    public init(origin: String, treeSize: Int64, rootHash: String, checkpoint: String, signedAt: Timestamp) {
        self.origin = origin
        self.treeSize = treeSize
        self.rootHash = rootHash
        self.checkpoint = checkpoint
        self.signedAt = signedAt
    }

    enum CodingKeys: String, CodingKey {
        case origin, checkpoint
        case treeSize = "tree_size"
        case rootHash = "root_hash"
        case signedAt = "signed_at"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.origin, String.self, "The log's name."),
            .required(CodingKeys.treeSize, Int64.self, "How many entries it has."),
            .required(CodingKeys.rootHash, String.self, "Base64 of the Merkle tree's root (RFC 6962)."),
            .required(
                CodingKeys.checkpoint, String.self,
                "The whole checkpoint with its signatures (c2sp.org/tlog-checkpoint)."),
            .required(CodingKeys.signedAt, Timestamp.self, "When it was signed."),
        ])
    }

    public static var example: ConsentCheckpointSigned {
        ConsentCheckpointSigned(
            origin: "example.com/behind-the-sofa", treeSize: 20_852_163,
            rootHash: "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
            checkpoint: """
                example.com/behind-the-sofa
                20852163
                CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

                — example.com/behind-the-sofa \
                Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

                """,
            signedAt: Examples.created)
    }
}
