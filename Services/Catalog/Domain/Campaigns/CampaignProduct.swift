import Schema

/// An offer or an upsell of a campaign.
struct CampaignProduct: Equatable, Sendable {
    /// The number that the API shows as its id; it stays when the product is published again.
    let number: Int64
    let content: CampaignProductContent
    let createdAt: Timestamp
    let updatedAt: Timestamp

    /// The number of what is sold, where the campaign did not name one.
    var baseNumber: Int64 { content.base.number ?? number }
}

/// What is published of an offer or an upsell.
struct CampaignProductContent: Codable, Equatable, Sendable {
    /// The thing that is sold.
    struct Base: Codable, Equatable, Sendable {
        let number: Int64?
        let name: String
        let quantity: Int
        let description: String?
        let weight: String?
        let dimensions: Dimensions?
    }

    /// As written by whoever publishes, in units of their own.
    struct Dimensions: Codable, Equatable, Sendable {
        let length: String?
        let width: String?
        let height: String?
    }

    let internalID: String
    let kind: CampaignProductKind
    let name: String
    let isActive: Bool
    let position: Int
    /// Decimal text, such as `50.00`.
    let price: String
    let shippingPrice: String
    /// A fraction, such as `0.0825`.
    let taxRate: String
    let isTaxIncluded: Bool
    let dynamicDescriptor: String
    let sku: String?
    let taxCode: String?
    /// `one_time`, `subscription` or `none`.
    let saleType: String
    let billingInterval: String?
    let billingCycles: Int?
    let trialDays: Int
    let requiresShipping: Bool
    let requiresShippingOnTrial: Bool
    let allowDuplicates: Bool
    let usesOfferGateway: Bool
    let gatewayID: Int64?
    let paymentOrchestratorID: Int64?
    let categoryID: Int64?
    let base: Base
    /// What it is a bundle of; nil if it is no bundle.
    var bundle: [BundleComponent]?

    var isSubscription: Bool { saleType == "subscription" }
}
