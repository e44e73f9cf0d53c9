import FoundationEssentials

/// The values that the events' examples share.
///
/// They end up in golden files, which are never edited: add new ones rather than change these.
enum Examples {
    static let order = ID<Order>(uuid: uuid(1))
    static let listing = ID<Listing>(uuid: uuid(2))
    static let customer = ID<Customer>(uuid: uuid(3))
    static let receivable = ID<Receivable>(uuid: uuid(4))
    static let key = ID<APIKey>(uuid: uuid(5))
    static let endpoint = ID<WebhookEndpoint>(uuid: uuid(6))
    static let event = ID<EventID>(uuid: uuid(7))

    static let created = Timestamp(microseconds: 1_716_890_400_123_000)
    static let updated = Timestamp(microseconds: 1_716_890_405_456_789)

    /// A ``Buyer`` under the published key `example` (the bytes 0 to 31).
    static let buyer = Sealed<Buyer>(
        keyID: "example",
        ciphertext: "BUYER")

    /// ``PersonalDetails`` under the same key.
    static let person = Sealed<PersonalDetails>(
        keyID: "example",
        ciphertext: "PERSON")

    private static func uuid(_ number: UInt64) -> UUID {
        UUIDv7.make(counter: (1_716_890_400_123 << 12) + number, random: 0x1234_5678_9ABC_DEF0 &* number)
    }
}
