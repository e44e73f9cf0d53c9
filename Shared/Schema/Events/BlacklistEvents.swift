/// A customer may not buy any more. The subject is the blacklisting.
public struct CustomerBlacklisted: DescribedEvent {
    public static let name = "customer_blacklisted"
    public static let version = 1
    public static let topic = Topic.consentEvents
    public static let summary = "A customer may not buy any more. The subject is the blacklisting."

    /// The blacklisting.
    public var blacklistingID: BlacklistingID
    /// The customer's number.
    public var customerNumber: String
    /// What is refused from now on.
    public var entries: [BlacklistEntry]
    /// Whether the customer's subscriptions are called off.
    public var cancelSubscriptions: Bool
    /// Whether what has not been sent yet is kept back.
    public var cancelFulfillments: Bool
    /// Why, in the operator's words.
    public var reason: String

    /// Makes the event.
    public init(
        blacklistingID: BlacklistingID, customerNumber: String, entries: [BlacklistEntry], cancelSubscriptions: Bool,
        cancelFulfillments: Bool, reason: String
    ) {
        self.blacklistingID = blacklistingID
        self.customerNumber = customerNumber
        self.entries = entries
        self.cancelSubscriptions = cancelSubscriptions
        self.cancelFulfillments = cancelFulfillments
        self.reason = reason
    }

    enum CodingKeys: String, CodingKey {
        case entries, reason
        case blacklistingID = "blacklisting_id"
        case customerNumber = "customer_number"
        case cancelSubscriptions = "cancel_subscriptions"
        case cancelFulfillments = "cancel_fulfillments"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.blacklistingID, BlacklistingID.self, "The blacklisting."),
            .required(CodingKeys.customerNumber, String.self, "The customer's number."),
            .required(CodingKeys.entries, [BlacklistEntry].self, "What is refused from now on."),
            .required(
                CodingKeys.cancelSubscriptions, Bool.self, "Whether the customer's subscriptions are called off."),
            .required(CodingKeys.cancelFulfillments, Bool.self, "Whether what has not been sent yet is kept back."),
            .required(CodingKeys.reason, String.self, "Why, in the operator's words."),
        ])
    }

    public static var example: CustomerBlacklisted {
        CustomerBlacklisted(
            blacklistingID: Examples.blacklisting, customerNumber: "CUST-240528-00007", entries: [.example],
            cancelSubscriptions: true, cancelFulfillments: true, reason: "chargeback")
    }
}

/// A customer may buy again. The subject is the blacklisting.
public struct CustomerBlacklistLifted: DescribedEvent {
    public static let name = "customer_blacklist_lifted"
    public static let version = 1
    public static let topic = Topic.consentEvents
    public static let summary = "A customer may buy again. The subject is the blacklisting."

    /// The blacklisting.
    public var blacklistingID: BlacklistingID
    /// The customer's number.
    public var customerNumber: String
    /// What is no longer refused for its sake.
    public var entries: [BlacklistEntry]

    /// Makes the event.
    public init(blacklistingID: BlacklistingID, customerNumber: String, entries: [BlacklistEntry]) {
        self.blacklistingID = blacklistingID
        self.customerNumber = customerNumber
        self.entries = entries
    }

    enum CodingKeys: String, CodingKey {
        case entries
        case blacklistingID = "blacklisting_id"
        case customerNumber = "customer_number"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.blacklistingID, BlacklistingID.self, "The blacklisting."),
            .required(CodingKeys.customerNumber, String.self, "The customer's number."),
            .required(CodingKeys.entries, [BlacklistEntry].self, "What is no longer refused for its sake."),
        ])
    }

    public static var example: CustomerBlacklistLifted {
        CustomerBlacklistLifted(
            blacklistingID: Examples.blacklisting, customerNumber: "CUST-240528-00007", entries: [.example])
    }
}

/// A blacklisting, or its end, is in force at the checkout. The subject is the blacklisting.
public struct BlacklistApplied: DescribedEvent {
    public static let name = "blacklist_applied"
    public static let version = 1
    public static let topic = Topic.ordersEvents
    public static let summary =
        "A blacklisting, or its end, is in force at the checkout. The subject is the blacklisting."

    /// The blacklisting.
    public var blacklistingID: BlacklistingID
    /// The customer's number.
    public var customerNumber: String
    /// Numbers of the subscriptions that were called off.
    public var cancelledSubscriptions: [String]
    /// Numbers of the fulfillments that were called off.
    public var cancelledFulfillments: [String]

    /// Makes the event.
    public init(
        blacklistingID: BlacklistingID, customerNumber: String, cancelledSubscriptions: [String],
        cancelledFulfillments: [String]
    ) {
        self.blacklistingID = blacklistingID
        self.customerNumber = customerNumber
        self.cancelledSubscriptions = cancelledSubscriptions
        self.cancelledFulfillments = cancelledFulfillments
    }

    enum CodingKeys: String, CodingKey {
        case blacklistingID = "blacklisting_id"
        case customerNumber = "customer_number"
        case cancelledSubscriptions = "cancelled_subscriptions"
        case cancelledFulfillments = "cancelled_fulfillments"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.blacklistingID, BlacklistingID.self, "The blacklisting."),
            .required(CodingKeys.customerNumber, String.self, "The customer's number."),
            .required(
                CodingKeys.cancelledSubscriptions, [String].self, "Numbers of the subscriptions that were called off."),
            .required(
                CodingKeys.cancelledFulfillments, [String].self, "Numbers of the fulfillments that were called off."),
        ])
    }

    public static var example: BlacklistApplied {
        BlacklistApplied(
            blacklistingID: Examples.blacklisting, customerNumber: "CUST-240528-00007",
            cancelledSubscriptions: ["SUB-240528-00003"], cancelledFulfillments: ["FUL-240528-00004"])
    }
}

/// Something that customers are known by and that is refused. The event does not tell what: ``BlacklistDigest``.
public struct BlacklistEntry: Codable, Hashable, Sendable, SchemaDescribing {
    /// What it is: email, phone, ip or address.
    public var kind: String
    /// Its keyed digest, in lower-case hexadecimal digits.
    public var digest: String

    /// Makes an entry from a digest.
    public init(kind: String, digest: String) {
        self.kind = kind
        self.digest = digest
    }

    enum CodingKeys: String, CodingKey { case kind, digest }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.kind, String.self, "What it is: email, phone, ip or address."),
            .required(CodingKeys.digest, String.self, "Its keyed digest, in lower-case hexadecimal digits."),
        ])
    }

    static var example: BlacklistEntry {
        BlacklistEntry(
            kind: "email", digest: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }
}
