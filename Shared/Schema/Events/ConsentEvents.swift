/// A person consented to messages of one channel at one address.
public struct ConsentGranted: DescribedEvent {
    public static let name = "consent_granted"
    public static let version = 1
    public static let topic = Topic.consentEvents
    public static let summary = "A person consented to messages of one channel at one address."

    /// What was agreed to.
    public var consent: ConsentStatement

    /// Makes the event.
    public init(consent: ConsentStatement) { self.consent = consent }

    enum CodingKeys: String, CodingKey { case consent }

    public static var schema: JSONSchema {
        .object([.required(CodingKeys.consent, ConsentStatement.self, "What was agreed to.")])
    }

    public static var example: ConsentGranted { ConsentGranted(consent: .example) }
}

/// A person withdrew their consent to messages of one channel at one address.
public struct ConsentWithdrawn: DescribedEvent {
    public static let name = "consent_withdrawn"
    public static let version = 1
    public static let topic = Topic.consentEvents
    public static let summary = "A person withdrew their consent to messages of one channel at one address."

    /// What holds no more.
    public var consent: ConsentStatement

    /// Makes the event.
    public init(consent: ConsentStatement) { self.consent = consent }

    enum CodingKeys: String, CodingKey { case consent }

    public static var schema: JSONSchema {
        .object([.required(CodingKeys.consent, ConsentStatement.self, "What holds no more.")])
    }

    public static var example: ConsentWithdrawn {
        var consent = ConsentStatement.example
        consent.source = "API"
        return ConsentWithdrawn(consent: consent)
    }
}

/// One entry of the consent ledger, as events carry it.
public struct ConsentStatement: Codable, Hashable, Sendable, SchemaDescribing {
    /// The entry of the ledger that proves it.
    public var entryID: ConsentEntryID
    /// Whose consent it is.
    public var customerID: ID<Customer>
    /// The way messages go.
    public var channel: ConsentChannel
    /// What they are for: `marketing`.
    public var purpose: String
    /// Where it was given or withdrawn, such as `WEB_FORM`.
    public var source: String
    /// When the person said so.
    public var occurredAt: Timestamp
    /// The number in E.164 or the mail address; personal data, sealed.
    public var address: Sealed<String>
    /// The keyed digest of the address, as ``BlacklistDigest`` makes it, by which it can be recognised.
    public var addressDigest: String
    /// The version of the terms that were agreed to, where it is known.
    public var termsVersion: String?

    /// Makes a statement from its parts.
    public init(
        entryID: ConsentEntryID, customerID: ID<Customer>, channel: ConsentChannel, purpose: String, source: String,
        occurredAt: Timestamp, address: Sealed<String>, addressDigest: String, termsVersion: String? = nil
    ) {
        self.entryID = entryID
        self.customerID = customerID
        self.channel = channel
        self.purpose = purpose
        self.source = source
        self.occurredAt = occurredAt
        self.address = address
        self.addressDigest = addressDigest
        self.termsVersion = termsVersion
    }

    enum CodingKeys: String, CodingKey {
        case channel, purpose, source, address
        case entryID = "entry_id"
        case customerID = "customer_id"
        case occurredAt = "occurred_at"
        case addressDigest = "address_digest"
        case termsVersion = "terms_version"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.entryID, ConsentEntryID.self, "The entry of the consent ledger that proves it."),
            .required(CodingKeys.customerID, ID<Customer>.self, "Whose consent it is."),
            .required(CodingKeys.channel, ConsentChannel.self, "The way messages go."),
            .required(CodingKeys.purpose, String.self, "What they are for: `marketing`."),
            .required(CodingKeys.source, String.self, "Where it was given or withdrawn, such as `WEB_FORM`."),
            .required(CodingKeys.occurredAt, Timestamp.self, "When the person said so."),
            .required(
                CodingKeys.address, Sealed<String>.self,
                "The number in E.164 or the mail address; personal data, sealed."),
            .required(
                CodingKeys.addressDigest, String.self,
                "The keyed digest (HMAC-SHA256, hexadecimal) of the address, by which it can be recognised."),
            .optional(CodingKeys.termsVersion, String.self, "The version of the terms that were agreed to."),
        ])
    }

    static var example: ConsentStatement {
        ConsentStatement(
            entryID: Examples.consentEntry, customerID: Examples.customer, channel: .sms, purpose: "marketing",
            source: "WEB_FORM", occurredAt: Examples.created, address: Examples.payer,
            addressDigest: "3f0a6d5f4c0b6f1f4c1f3f5b0e6f8a9d2c7b1e4a5d6c8f9012a3b4c5d6e7f809", termsVersion: "v2.3")
    }
}

/// The way messages go.
public struct ConsentChannel: ExtensibleEnum {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let sms = ConsentChannel(rawValue: "sms")
    public static let email = ConsentChannel(rawValue: "email")

    public static let allKnown: [ConsentChannel] = [.sms, .email]
}
