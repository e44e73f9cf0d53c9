/// On which terms a campaign sells: all of it but the products.
struct CampaignTerms: Codable, Equatable, Sendable {
    struct Category: Codable, Equatable, Sendable {
        let id: Int64
        let name: String
    }

    let name: String
    let isActive: Bool
    /// ISO 3166 codes; empty means everywhere.
    let allowedCountries: [String]
    /// ISO 4217 codes; empty means in all.
    let allowedCurrencies: [String]
    /// Empty means all.
    let allowedCardBrands: [String]
    let allowPrepaidCards: Bool
    let allowVirtualCards: Bool
    let allowInternationalCards: Bool
    /// Of one charge, in minor units of whatever currency it is in.
    let minimumAmount: Int64?
    let maximumAmount: Int64?
    let maxCustomerDeclines: Int?
    let fulfillmentDelayHours: Int
    let category: Category?
    let gatewayID: Int64?
    let paymentOrchestratorID: Int64?
    let taxEnabled: Bool
    /// `table` or `taxjar`; nil is the table.
    let taxProvider: String?
    /// How many of a hundred orders are marked as throttled.
    let throttlePercent: Int
}
