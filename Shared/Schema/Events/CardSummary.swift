/// What may be shown of a card.
public struct CardSummary: Codable, Hashable, Sendable, SchemaDescribing {
    /// The brand, such as visa.
    public var brand: String
    /// The first six digits.
    public var firstSix: String
    /// The last four digits.
    public var lastFour: String
    /// The month it expires in, 1 to 12.
    public var expiryMonth: Int
    /// The year it expires in, with four digits.
    public var expiryYear: Int

    /// Makes a summary from its parts.
    public init(brand: String, firstSix: String, lastFour: String, expiryMonth: Int, expiryYear: Int) {
        self.brand = brand
        self.firstSix = firstSix
        self.lastFour = lastFour
        self.expiryMonth = expiryMonth
        self.expiryYear = expiryYear
    }

    enum CodingKeys: String, CodingKey {
        case brand
        case firstSix = "first_six"
        case lastFour = "last_four"
        case expiryMonth = "expiry_month"
        case expiryYear = "expiry_year"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.brand, String.self, "The brand, such as visa."),
            .required(CodingKeys.firstSix, String.self, "The first six digits."),
            .required(CodingKeys.lastFour, String.self, "The last four digits."),
            .required(CodingKeys.expiryMonth, Int.self, "The month it expires in, 1 to 12."),
            .required(CodingKeys.expiryYear, Int.self, "The year it expires in, with four digits."),
        ])
    }

    static var example: CardSummary {
        CardSummary(brand: "visa", firstSix: "424242", lastFour: "4242", expiryMonth: 12, expiryYear: 2030)
    }
}

/// A card that only the payments service can read: HPKE under one of its keys (``CardSealer``).
public struct SealedCard: Codable, Hashable, Sendable, SchemaDescribing {
    /// The key it was sealed with.
    public var keyID: String
    /// Base64 of HPKE's encapsulated key.
    public var encapsulatedKey: String
    /// Base64 of HPKE's ciphertext.
    public var ciphertext: String

    /// Wraps bytes that were sealed.
    public init(keyID: String, encapsulatedKey: String, ciphertext: String) {
        self.keyID = keyID
        self.encapsulatedKey = encapsulatedKey
        self.ciphertext = ciphertext
    }

    enum CodingKeys: String, CodingKey {
        case ciphertext
        case keyID = "key_id"
        case encapsulatedKey = "encapsulated_key"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.keyID, String.self, "The key it was sealed with."),
            .required(CodingKeys.encapsulatedKey, String.self, "Base64 of HPKE's encapsulated key."),
            .required(CodingKeys.ciphertext, String.self, "Base64 of HPKE's ciphertext."),
        ])
    }

    static var example: SealedCard {
        SealedCard(
            keyID: "ck_01hyzyzvqvf8k8xkvr5a9f9xzk", encapsulatedKey: "ZW5jYXBzdWxhdGVk", ciphertext: "Y2lwaGVydGV4dA==")
    }
}
