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
        ciphertext:
            "zRdfKPiIMXYJc0a1nKgTC8RFCKNKmX8eariZ0OIR0EpAxROPgxJJ0/MN3CDRudLdqtCiOxexbEZy6fj8ffgGAbBMuLfi6FTzC7QI"
            + "95p2d9nlrbIsjyamsRpd6fnJL0eRcIZ+aM5Wpss9aR53OnX+TaEh+bNi2ngK6EOoXTez7QU7K47F3twVAyFcsXpZ/nGznj0rjyoy"
            + "/yYjzfns4dWg1HTDdsjX9AGcgVRrexYFiRoKzasEXa31sqgwKN8gu0HObR/dqaUPMHeLZjL3JblZxFwhy1EFQyzbFqagEqRpzk8F"
            + "AEI1pJlciEQecepccfZsew==")

    /// ``PersonalDetails`` under the same key.
    static let person = Sealed<PersonalDetails>(
        keyID: "example",
        ciphertext:
            "b0SWIPqfNZox9r/9qufCV3aDDSG9QI9cKEdRd4VEvEyFFnizG3j8eIA8twuWE93/fUojxYl26OioiUtzzJdbgjFVD5GGnOMQ2Wjo"
            + "3S7whYa9/N9iFdjrOhBOcaVzXUMNhElx8g==")

    private static func uuid(_ number: UInt64) -> UUID {
        UUIDv7.make(counter: (1_716_890_400_123 << 12) + number, random: 0x1234_5678_9ABC_DEF0 &* number)
    }
}
