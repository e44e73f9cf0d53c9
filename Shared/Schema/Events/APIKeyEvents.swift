/// A new API key may be used. Its token is known to its owner only.
public struct APIKeyRegistered: DescribedEvent {
    public static let name = "api_key_registered"
    public static let version = 2
    public static let topic = Topic.notificationsEvents
    public static let summary = "A new API key may be used. Its token is known to its owner only."

    /// The key's id.
    public var keyID: ID<APIKey>
    /// What its owner calls it.
    public var keyName: String
    /// The APIs it may be used with.
    public var dialects: [String]
    /// What it may do; `*` stands for everything.
    public var permissions: [String]
    /// Whether it is for trying things out.
    public var isTestMode: Bool
    /// Requests it may make in a minute.
    public var rateLimit: Int
    /// Where its requests must come from, as CIDR writes it; nil means anywhere.
    public var allowedAddresses: [String]?
    /// When it was made.
    public var createdAt: Timestamp

    /// Makes the event; the rate limit is in requests a minute.
    public init(
        keyID: ID<APIKey>, keyName: String, dialects: [String], permissions: [String], isTestMode: Bool,
        rateLimit: Int, allowedAddresses: [String]? = nil, createdAt: Timestamp
    ) {
        self.keyID = keyID
        self.keyName = keyName
        self.dialects = dialects
        self.permissions = permissions
        self.isTestMode = isTestMode
        self.rateLimit = rateLimit
        self.allowedAddresses = allowedAddresses
        self.createdAt = createdAt
    }

    enum CodingKeys: String, CodingKey {
        case dialects, permissions
        case keyID = "key_id"
        case keyName = "name"
        case isTestMode = "is_test_mode"
        case rateLimit = "rate_limit"
        case allowedAddresses = "allowed_addresses"
        case createdAt = "created_at"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.keyID, ID<APIKey>.self, "The key's id."),
            .required(CodingKeys.keyName, String.self, "What its owner calls it."),
            .required(CodingKeys.dialects, [String].self, "The APIs it may be used with."),
            .required(CodingKeys.permissions, [String].self, "What it may do; `*` stands for everything."),
            .required(CodingKeys.isTestMode, Bool.self, "Whether it is for trying things out."),
            .required(CodingKeys.rateLimit, Int.self, "Requests it may make in a minute."),
            .optional(
                CodingKeys.allowedAddresses, [String].self,
                "Where its requests must come from, as CIDR writes it; left out for anywhere."),
            .required(CodingKeys.createdAt, Timestamp.self, "When it was made."),
        ])
    }

    public static var example: APIKeyRegistered {
        APIKeyRegistered(
            keyID: Examples.key, keyName: "web shop", dialects: ["watchtraderhub"], permissions: ["*"],
            isTestMode: false, rateLimit: 100, allowedAddresses: ["203.0.113.0/24", "2001:db8::/32"],
            createdAt: Examples.created)
    }
}

/// An API key must not be accepted any more.
public struct APIKeyRevoked: DescribedEvent {
    public static let name = "api_key_revoked"
    public static let version = 1
    public static let topic = Topic.notificationsEvents
    public static let summary = "An API key must not be accepted any more."

    /// The key's id.
    public var keyID: ID<APIKey>

    /// Makes the event.
    public init(keyID: ID<APIKey>) { self.keyID = keyID }

    enum CodingKeys: String, CodingKey { case keyID = "key_id" }

    public static var schema: JSONSchema {
        .object([.required(CodingKeys.keyID, ID<APIKey>.self, "The key's id.")])
    }

    public static var example: APIKeyRevoked { APIKeyRevoked(keyID: Examples.key) }
}
