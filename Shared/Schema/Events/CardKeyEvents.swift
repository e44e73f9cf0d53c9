/// Cards are sealed with a new key. The subject is the key.
public struct CardKeyActivated: DescribedEvent {
    public static let name = "card_key_activated"
    public static let version = 1
    public static let topic = Topic.paymentsEvents
    public static let summary = "Cards are sealed with a new key. The subject is the key."

    /// The key's name.
    public var keyID: String
    /// Base64 of the raw X25519 public key.
    public var publicKey: String
    /// Since when it is used.
    public var activatedAt: Timestamp

    /// Makes the event.
    public init(keyID: String, publicKey: String, activatedAt: Timestamp) {
        self.keyID = keyID
        self.publicKey = publicKey
        self.activatedAt = activatedAt
    }

    enum CodingKeys: String, CodingKey {
        case keyID = "key_id"
        case publicKey = "public_key"
        case activatedAt = "activated_at"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.keyID, String.self, "The key's name."),
            .required(CodingKeys.publicKey, String.self, "Base64 of the raw X25519 public key."),
            .required(CodingKeys.activatedAt, Timestamp.self, "Since when it is used."),
        ])
    }

    public static var example: CardKeyActivated {
        CardKeyActivated(
            keyID: "ck_01hyzyzvqvf8k8xkvr5a9f9xzk", publicKey: "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=",
            activatedAt: Examples.created)
    }
}

/// Cards are no longer sealed with a key. The subject is the key.
public struct CardKeyRetired: DescribedEvent {
    public static let name = "card_key_retired"
    public static let version = 1
    public static let topic = Topic.paymentsEvents
    public static let summary = "Cards are no longer sealed with a key. The subject is the key."

    /// The key's name.
    public var keyID: String

    /// Makes the event.
    public init(keyID: String) {
        self.keyID = keyID
    }

    enum CodingKeys: String, CodingKey {
        case keyID = "key_id"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.keyID, String.self, "The key's name.")
        ])
    }

    public static var example: CardKeyRetired {
        CardKeyRetired(keyID: "ck_01hyzyzvqvf8k8xkvr5a9f9xzk")
    }
}
