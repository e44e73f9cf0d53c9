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
    static let campaign = CampaignID(uuid: uuid(8))
    static let transaction = TransactionID(uuid: uuid(9))
    static let refund = TransactionID(uuid: uuid(10))
    static let subscription = SubscriptionID(uuid: uuid(11))
    static let fulfillment = FulfillmentID(uuid: uuid(12))
    static let blacklisting = BlacklistingID(uuid: uuid(13))
    static let standingCheck = StandingCheckID(uuid: uuid(14))
    static let store = StoreID(uuid: uuid(15))
    static let salesEvent = SalesEventID(uuid: uuid(16))
    static let inquiry = InquiryID(uuid: uuid(17))
    static let consentEntry = ConsentEntryID(uuid: uuid(18))
    static let otherCustomer = ID<Customer>(uuid: uuid(19))
    static let retailJob = RetailJobID(uuid: uuid(20))

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

    /// A ``CheckoutPerson`` under the same key.
    static let checkoutPerson = Sealed<CheckoutPerson>(
        keyID: "example",
        ciphertext:
            "pd/HlSx2uDw9qmLg7fDPQ3qg3EzK6Ux763HJY57/mvoNQnFe+eGyIfoj5p9uJaXNmcMMvpzI67tw0w5tyZjlDfSbdh+uyehacQl+"
            + "obV9+eAchLJ27XQmrSTeliMzdhc1ELmry1tWynCsDIm8BN3cbrQx44lH+3tK3KNStaY7SbydKqR+lFqf0uK+0+eomMr9hcam/iTP"
            + "mBh6gfX9NkToowAJPh2ES2TdJZ4nbzA7+629tsiT1qd+ycRkqc/ygxHXjme66duYnJmjB6EIymjD2R3LhKwlPAL8JzUkdYjjhuwq"
            + "la3r763ZQujrlJIYlJJLQ7VAWdmBHx3Qw/f9wdcmSi+uXo1Rvfcg4XoWVjVLyCsrED7mv1aYVPbzQcenvE1PlRY4bYatuRc7YjHe"
            + "9w==")

    /// A ``PostalAddress`` under the same key.
    static let address = Sealed<PostalAddress>(
        keyID: "example",
        ciphertext:
            "THVKqY40i73WncXHJ8izohHNO4javS4gIxcFEtTfOF+PY2E/0UbLzfZI0SsA8rIcA1adYtkMsXUjn09l+fGoX1r6ke6YBoaXXaH1"
            + "9EgIphGah7M9WiPfM5qM7MFGh5a0D5vrpXwvhzROeC6m/Esr581BGh1nn8YlMIRT/gBLCvdVq+e8miChzh56ssWE9kQuGraXrXc+"
            + "jzffeBo+YUArP6369fcX6pno1mbx")

    /// A mail address under the same key.
    static let payer = Sealed<String>(
        keyID: "example", ciphertext: "7xQdQRs8CAgOtMoQ3nGW7ID/4ssvwFhqX7aJe4OdfiPjYVIFb8pDr3ihqmD3")

    /// What only the clienteling API knows of something, under the same key.
    static let retail = Sealed<JSONValue>(
        keyID: "example",
        ciphertext: "Oy0qWmyaqFbyVN8KUc/iCHGAIHO/a7HDFn0a7Jp1lq6OFSiubtuvfPklgOqB/rEfFNMcKSO+Y3S1YgI=")

    private static func uuid(_ number: UInt64) -> UUID {
        UUIDv7.make(counter: (1_716_890_400_123 << 12) + number, random: 0x1234_5678_9ABC_DEF0 &* number)
    }
}
