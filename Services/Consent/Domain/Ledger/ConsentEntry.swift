import Crypto
import FoundationEssentials
public import Schema

/// One opt-in or opt-out, as the consent ledger keeps it for good.
///
/// What can tell who it was (``personal``) stays outside the tree: its leaf holds only a salted commitment to it, so
/// that destroying personal part and salt forgets the person and leaves the tree as it is.
public struct ConsentEntry: Equatable, Sendable {
    /// What happened to the consent.
    public enum Kind: String, Codable, Sendable {
        case optIn = "OPT_IN"
        case optOut = "OPT_OUT"
    }

    /// The way messages go.
    public enum Channel: String, Codable, Sendable {
        case sms, email
    }

    /// What messages are for.
    public enum Purpose: String, Codable, Sendable {
        case marketing
    }

    public let id: ConsentEntryID
    public let account: AccountID
    public let kind: Kind
    public let channel: Channel
    public let purpose: Purpose
    /// Where it was given or withdrawn, such as `WEB_FORM`: a word of a fixed list, never free text, since it outlives
    /// the person's data.
    public let source: String
    /// When the person said so, as the client tells.
    public let occurredAt: Timestamp
    /// When it was written down.
    public let recordedAt: Timestamp
    public let personal: ConsentPersonalPart

    public init(
        id: ConsentEntryID = ConsentEntryID(), account: AccountID, kind: Kind, channel: Channel = .sms,
        purpose: Purpose = .marketing, source: String, occurredAt: Timestamp, recordedAt: Timestamp = .now(),
        personal: ConsentPersonalPart
    ) {
        self.id = id
        self.account = account
        self.kind = kind
        self.channel = channel
        self.purpose = purpose
        self.source = source
        self.occurredAt = occurredAt
        self.recordedAt = recordedAt
        self.personal = personal
    }
}

/// The part of an entry that a GDPR deletion destroys.
public struct ConsentPersonalPart: Codable, Hashable, Sendable {
    /// Whose consent it is, as the CRM's API shows people.
    public let profileID: ProfileID
    /// What the consent holds for: the number in E.164 or, for mail, the address.
    public let address: String
    /// What shows that it was given.
    public let proof: ConsentProof?
    /// Why it was withdrawn, in the words of whoever recorded it.
    public let reason: String?

    public init(person: CustomerID, address: String, proof: ConsentProof? = nil, reason: String? = nil) {
        profileID = person.profileID
        self.address = address
        self.proof = proof
        self.reason = reason
    }

    /// Whose consent it is.
    public var person: CustomerID { profileID.customerID }

    enum CodingKeys: String, CodingKey {
        case profileID = "profile_id"
        case address, proof, reason
    }
}

/// What shows that consent was given (`noticia.md`, `consent_proof`).
public struct ConsentProof: Codable, Hashable, Sendable {
    public let termsURL: String?
    public let termsVersion: String?
    public let ipAddress: String?
    public let userAgent: String?
    public let sourceText: String?

    public init(
        termsURL: String? = nil, termsVersion: String? = nil, ipAddress: String? = nil, userAgent: String? = nil,
        sourceText: String? = nil
    ) {
        self.termsURL = termsURL
        self.termsVersion = termsVersion
        self.ipAddress = ipAddress
        self.userAgent = userAgent
        self.sourceText = sourceText
    }

    enum CodingKeys: String, CodingKey {
        case termsURL = "terms_url"
        case termsVersion = "terms_version"
        case ipAddress = "ip_address"
        case userAgent = "user_agent"
        case sourceText = "source_text"
    }
}

/// The link between an entry's leaf and its personal part: SHA-256 over 32 random bytes and the part's canonical text.
/// Without the salt nobody can try out numbers against it.
public struct ConsentCommitment: Equatable, Sendable {
    /// 32 random bytes.
    public let salt: [UInt8]
    /// The personal part's canonical text: JSON as RFC 8785 writes it.
    public let personal: String
    /// The 32 bytes that the leaf holds.
    public var hash: [UInt8] { Self.hash(salt: salt, personal: personal) }

    /// Commits to a personal part under a new salt.
    ///
    /// - Throws: `EncodingError`.
    public init(to part: ConsentPersonalPart) throws {
        salt = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        personal = try JSON.text(part)
    }

    static func hash(salt: [UInt8], personal: String) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: salt)
        hash.update(data: Array(personal.utf8))
        return Array(hash.finalize())
    }
}
