import Edge
import FoundationEssentials
import Schema

/// A campaign as Health Suite shows it.
struct CampaignBody: Encodable, Sendable {
    struct Category: Encodable, Sendable {
        let id: Int64
        let name: String
    }

    let id: Int64
    let internalID: String
    let name: String
    let uuid: String
    let isActive: Bool
    let allowedCountries: [String]
    let allowedCurrencies: [String]
    let allowedCardBrands: [String]
    let allowPrepaidCards: Bool
    let allowVirtualCards: Bool
    let allowInternationalCards: Bool
    /// Minor units, as text.
    @Nullable var minimumAmount: String?
    @Nullable var maximumAmount: String?
    @Nullable var maxCustomerDeclines: Int?
    /// Hours.
    let fulfillmentDelay: Int
    @Nullable var category: Category?
    @Nullable var gatewayID: Int64?
    @Nullable var paymentOrchestratorID: Int64?
    let createdAt: String
    let updatedAt: String
    let offersCount: Int
    let upsellsCount: Int

    init(_ campaign: FoundCampaign) {
        let terms = campaign.terms
        id = campaign.number
        internalID = campaign.internalID
        name = terms.name
        uuid = campaign.id.uuid.uuidString.lowercased()
        isActive = terms.isActive
        allowedCountries = terms.allowedCountries
        allowedCurrencies = terms.allowedCurrencies
        allowedCardBrands = terms.allowedCardBrands
        allowPrepaidCards = terms.allowPrepaidCards
        allowVirtualCards = terms.allowVirtualCards
        allowInternationalCards = terms.allowInternationalCards
        minimumAmount = terms.minimumAmount.map(String.init)
        maximumAmount = terms.maximumAmount.map(String.init)
        maxCustomerDeclines = terms.maxCustomerDeclines
        fulfillmentDelay = terms.fulfillmentDelayHours
        category = terms.category.map { Category(id: $0.id, name: $0.name) }
        gatewayID = terms.gatewayID
        paymentOrchestratorID = terms.paymentOrchestratorID
        createdAt = HealthSuite.isoTime(campaign.createdAt)
        updatedAt = HealthSuite.isoTime(campaign.updatedAt)
        offersCount = campaign.offers
        upsellsCount = campaign.upsells
    }

    enum CodingKeys: String, CodingKey {
        case id, name, uuid, category
        case internalID = "internal_id"
        case isActive = "is_active"
        case allowedCountries = "allowed_countries"
        case allowedCurrencies = "allowed_currencies"
        case allowedCardBrands = "allowed_card_brands"
        case allowPrepaidCards = "allow_prepaid_cards"
        case allowVirtualCards = "allow_virtual_cards"
        case allowInternationalCards = "allow_international_cards"
        case minimumAmount = "minimum_amount"
        case maximumAmount = "maximum_amount"
        case maxCustomerDeclines = "max_customer_declines"
        case fulfillmentDelay = "fulfillment_delay"
        case gatewayID = "gateway_id"
        case paymentOrchestratorID = "payment_orchestrator_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case offersCount = "offers_count"
        case upsellsCount = "upsells_count"
    }
}
