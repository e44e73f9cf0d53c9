import Edge
import FoundationEssentials
import Schema

/// An offer or an upsell as Health Suite shows it. What only upsells have is null for offers.
struct CampaignProductBody: Encodable, Sendable {
    struct SubscriptionConfig: Encodable, Sendable {
        @Nullable var interval: String?
        @Nullable var cycles: Int?
    }

    struct BillingSchedule: Encodable, Sendable {
        let startDate = "immediate"
        let trialDays: Int

        enum CodingKeys: String, CodingKey {
            case startDate = "start_date"
            case trialDays = "trial_days"
        }
    }

    let id: Int64
    let internalID: String
    let name: String
    let productType: String
    let isActive: Bool
    let position: Int
    let price: String
    let shippingPrice: String
    let taxRate: String
    let isTaxIncluded: Bool
    let dynamicDescriptor: String
    let saleType: String
    @Nullable var subscriptionConfig: SubscriptionConfig?
    @Nullable var allowDuplicates: Bool?
    @Nullable var requiresShippingOnTrial: Bool?
    @Nullable var billingInterval: String?
    @Nullable var billingCycles: Int?
    @Nullable var billingSchedule: BillingSchedule?
    @Nullable var useOfferGateway: Bool?
    @Nullable var gatewayID: Int64?
    @Nullable var paymentOrchestratorID: Int64?
    /// The saved answer's name for it, and the table's.
    let baseProduct: Base
    let product: Base
    /// What it is a bundle of; left out where it is no bundle.
    let bundle: [BundleComponent]?
    let createdAt: String
    let updatedAt: String

    init(_ product: CampaignProduct) {
        let content = product.content
        let isUpsell = content.kind == .upsell
        id = product.number
        internalID = content.internalID
        name = content.name
        productType = content.kind.rawValue
        isActive = content.isActive
        position = content.position
        price = content.price
        shippingPrice = content.shippingPrice
        taxRate = content.taxRate
        isTaxIncluded = content.isTaxIncluded
        dynamicDescriptor = content.dynamicDescriptor
        saleType = content.saleType
        let isSubscription = content.isSubscription
        subscriptionConfig =
            isSubscription ? SubscriptionConfig(interval: content.billingInterval, cycles: content.billingCycles) : nil
        allowDuplicates = isUpsell ? content.allowDuplicates : nil
        requiresShippingOnTrial = isUpsell ? content.requiresShippingOnTrial : nil
        billingInterval = isUpsell ? content.billingInterval : nil
        billingCycles = isUpsell ? content.billingCycles : nil
        billingSchedule = isUpsell && isSubscription ? BillingSchedule(trialDays: content.trialDays) : nil
        useOfferGateway = isUpsell ? content.usesOfferGateway : nil
        gatewayID = isUpsell ? content.gatewayID : nil
        paymentOrchestratorID = isUpsell ? content.paymentOrchestratorID : nil
        baseProduct = Base(product)
        self.product = baseProduct
        bundle = content.bundle
        createdAt = HealthSuite.isoTime(product.createdAt)
        updatedAt = HealthSuite.isoTime(product.updatedAt)
    }

    enum CodingKeys: String, CodingKey {
        case id, name, position, price, product, bundle
        case internalID = "internal_id"
        case productType = "product_type"
        case isActive = "is_active"
        case shippingPrice = "shipping_price"
        case taxRate = "tax_rate"
        case isTaxIncluded = "is_tax_included"
        case dynamicDescriptor = "dynamic_descriptor"
        case saleType = "sale_type"
        case subscriptionConfig = "subscription_config"
        case allowDuplicates = "allow_duplicates"
        case requiresShippingOnTrial = "requires_shipping_on_trial"
        case billingInterval = "billing_interval"
        case billingCycles = "billing_cycles"
        case billingSchedule = "billing_schedule"
        case useOfferGateway = "use_offer_gateway"
        case gatewayID = "gateway_id"
        case paymentOrchestratorID = "payment_orchestrator_id"
        case baseProduct = "base_product"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}

extension CampaignProductBody {
    /// What an offer or an upsell sells.
    struct Base: Encodable, Sendable {
        struct Dimensions: Encodable, Sendable {
            @Nullable var length: String?
            @Nullable var width: String?
            @Nullable var height: String?
        }

        let id: Int64
        let name: String
        let quantity: Int
        @Nullable var sku: String?
        @Nullable var description: String?
        @Nullable var weight: String?
        @Nullable var dimensions: Dimensions?
        let requiresShipping: Bool

        init(_ product: CampaignProduct) {
            let base = product.content.base
            id = product.baseNumber
            name = base.name
            quantity = base.quantity
            sku = product.content.sku
            description = base.description
            weight = base.weight
            dimensions = base.dimensions.map { Dimensions(length: $0.length, width: $0.width, height: $0.height) }
            requiresShipping = product.content.requiresShipping
        }

        enum CodingKeys: String, CodingKey {
            case id, name, quantity, sku, description, weight, dimensions
            case requiresShipping = "requires_shipping"
        }
    }
}

/// A page of a campaign's products, beside the campaign.
struct CampaignProductPage: Encodable, Sendable {
    struct Campaign: Encodable, Sendable {
        let id: Int64
        let internalID: String
        let name: String
        let uuid: String

        enum CodingKeys: String, CodingKey {
            case id, name, uuid
            case internalID = "internal_id"
        }
    }

    let success = true
    let data: [CampaignProductBody]
    let campaign: Campaign
    let pagination: HealthSuite.Pagination

    init(_ data: [CampaignProductBody], of campaign: FoundCampaign, total: Int, for request: HealthSuite.PageRequest) {
        self.data = data
        self.campaign = Campaign(
            id: campaign.number, internalID: campaign.internalID, name: campaign.terms.name,
            uuid: campaign.id.uuid.uuidString.lowercased())
        pagination = HealthSuite.Pagination(request, total: total)
    }

    enum CodingKeys: String, CodingKey { case success, data, campaign, pagination }
}
