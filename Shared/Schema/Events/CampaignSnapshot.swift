/// A campaign in full, as its events carry it: what is sold, to whom, and how it is paid.
///
/// The limits of an amount are minor units of whatever currency an order is in.
public struct CampaignSnapshot: Codable, Hashable, Sendable, SchemaDescribing {
    /// The campaign's id.
    public var id: CampaignID
    /// What the account calls it, unique there.
    public var internalID: String
    /// The number that APIs show as its id.
    public var number: Int64
    /// Its name.
    public var name: String
    /// Whether it sells.
    public var isActive: Bool
    /// Where it sells, as ISO 3166 codes; empty means everywhere.
    public var allowedCountries: [String]
    /// In which currencies, as ISO 4217 codes; empty means in all.
    public var allowedCurrencies: [String]
    /// Which card brands it takes; empty means all.
    public var allowedCardBrands: [String]
    /// Whether it takes prepaid cards.
    public var allowPrepaidCards: Bool
    /// Whether it takes virtual cards.
    public var allowVirtualCards: Bool
    /// Whether it takes cards of other countries.
    public var allowInternationalCards: Bool
    /// The least that one charge may come to, in minor units.
    public var minimumAmount: Int64?
    /// The most that one charge may come to, in minor units.
    public var maximumAmount: Int64?
    /// How many declines a customer may have before being turned away.
    public var maxCustomerDeclines: Int?
    /// Hours between an order's completion and its fulfillment.
    public var fulfillmentDelayHours: Int
    /// The number of the gateway that charges go to; none for the account's default.
    public var gatewayID: Int64?
    /// The number of the payment orchestrator.
    public var paymentOrchestratorID: Int64?
    /// Whether tax is charged.
    public var taxEnabled: Bool
    /// Who computes the tax: table or taxjar; table where none is named.
    public var taxProvider: String?
    /// How many of a hundred orders are marked as throttled.
    public var throttlePercent: Int
    /// What it sells, in the order to show it.
    public var products: [CampaignProductSnapshot]

    /// Makes a snapshot from its parts.
    public init(
        id: CampaignID, internalID: String, number: Int64, name: String, isActive: Bool, allowedCountries: [String],
        allowedCurrencies: [String], allowedCardBrands: [String], allowPrepaidCards: Bool, allowVirtualCards: Bool,
        allowInternationalCards: Bool, minimumAmount: Int64?, maximumAmount: Int64?, maxCustomerDeclines: Int?,
        fulfillmentDelayHours: Int, gatewayID: Int64?, paymentOrchestratorID: Int64?, taxEnabled: Bool,
        taxProvider: String?, throttlePercent: Int, products: [CampaignProductSnapshot]
    ) {
        self.id = id
        self.internalID = internalID
        self.number = number
        self.name = name
        self.isActive = isActive
        self.allowedCountries = allowedCountries
        self.allowedCurrencies = allowedCurrencies
        self.allowedCardBrands = allowedCardBrands
        self.allowPrepaidCards = allowPrepaidCards
        self.allowVirtualCards = allowVirtualCards
        self.allowInternationalCards = allowInternationalCards
        self.minimumAmount = minimumAmount
        self.maximumAmount = maximumAmount
        self.maxCustomerDeclines = maxCustomerDeclines
        self.fulfillmentDelayHours = fulfillmentDelayHours
        self.gatewayID = gatewayID
        self.paymentOrchestratorID = paymentOrchestratorID
        self.taxEnabled = taxEnabled
        self.taxProvider = taxProvider
        self.throttlePercent = throttlePercent
        self.products = products
    }

    enum CodingKeys: String, CodingKey {
        case id, number, name, products
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
        case fulfillmentDelayHours = "fulfillment_delay_hours"
        case gatewayID = "gateway_id"
        case paymentOrchestratorID = "payment_orchestrator_id"
        case taxEnabled = "tax_enabled"
        case taxProvider = "tax_provider"
        case throttlePercent = "throttle_percent"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.id, CampaignID.self, "The campaign's id."),
            .required(CodingKeys.internalID, String.self, "What the account calls it, unique there."),
            .required(CodingKeys.number, Int64.self, "The number that APIs show as its id."),
            .required(CodingKeys.name, String.self, "Its name."),
            .required(CodingKeys.isActive, Bool.self, "Whether it sells."),
            .required(
                CodingKeys.allowedCountries, [String].self, "Where it sells, as ISO 3166 codes; empty means everywhere."
            ),
            .required(
                CodingKeys.allowedCurrencies, [String].self,
                "In which currencies, as ISO 4217 codes; empty means in all."),
            .required(CodingKeys.allowedCardBrands, [String].self, "Which card brands it takes; empty means all."),
            .required(CodingKeys.allowPrepaidCards, Bool.self, "Whether it takes prepaid cards."),
            .required(CodingKeys.allowVirtualCards, Bool.self, "Whether it takes virtual cards."),
            .required(CodingKeys.allowInternationalCards, Bool.self, "Whether it takes cards of other countries."),
            .optional(CodingKeys.minimumAmount, Int64.self, "The least that one charge may come to, in minor units."),
            .optional(CodingKeys.maximumAmount, Int64.self, "The most that one charge may come to, in minor units."),
            .optional(
                CodingKeys.maxCustomerDeclines, Int.self,
                "How many declines a customer may have before being turned away."),
            .required(
                CodingKeys.fulfillmentDelayHours, Int.self, "Hours between an order's completion and its fulfillment."),
            .optional(
                CodingKeys.gatewayID, Int64.self,
                "The number of the gateway that charges go to; none for the account's default."),
            .optional(CodingKeys.paymentOrchestratorID, Int64.self, "The number of the payment orchestrator."),
            .required(CodingKeys.taxEnabled, Bool.self, "Whether tax is charged."),
            .optional(
                CodingKeys.taxProvider, String.self, "Who computes the tax: table or taxjar; table where none is named."
            ),
            .required(CodingKeys.throttlePercent, Int.self, "How many of a hundred orders are marked as throttled."),
            .required(CodingKeys.products, [CampaignProductSnapshot].self, "What it sells, in the order to show it."),
        ])
    }

    static var example: CampaignSnapshot {
        CampaignSnapshot(
            id: Examples.campaign, internalID: "spring", number: 12, name: "Spring offer", isActive: true,
            allowedCountries: ["US"], allowedCurrencies: ["USD"], allowedCardBrands: ["visa"], allowPrepaidCards: true,
            allowVirtualCards: true, allowInternationalCards: true, minimumAmount: 100, maximumAmount: 100_000,
            maxCustomerDeclines: 3, fulfillmentDelayHours: 24, gatewayID: 1, paymentOrchestratorID: 1, taxEnabled: true,
            taxProvider: "table", throttlePercent: 0, products: [.example])
    }
}

/// A product of a campaign. Prices are decimal text, since a campaign may sell in several currencies.
public struct CampaignProductSnapshot: Codable, Hashable, Sendable, SchemaDescribing {
    /// The number that orders name it by.
    public var number: Int64
    /// What the account calls it, unique in the campaign.
    public var internalID: String
    /// Whether it starts an order or is added to one.
    public var kind: CampaignProductKind
    /// Its name.
    public var name: String
    /// Whether it is sold.
    public var isActive: Bool
    /// Its place in the campaign.
    public var position: Int
    /// The price of one, such as 50.00.
    public var price: String
    /// What shipping one costs, such as 5.00.
    public var shippingPrice: String
    /// The rate of a tax of its own, such as 0.0825.
    public var taxRate: String
    /// Whether the price contains the tax.
    public var isTaxIncluded: Bool
    /// The stock keeping unit.
    public var sku: String?
    /// What tax providers call its kind of product.
    public var taxCode: String?
    /// How it is sold: one_time, subscription or none.
    public var saleType: String
    /// How often a subscription to it is charged, such as month.
    public var billingInterval: String?
    /// After how many charges a subscription ends; none for no end.
    public var billingCycles: Int?
    /// Days before the first renewal that cost nothing.
    public var trialDays: Int
    /// Whether it is sent to the buyer.
    public var requiresShipping: Bool
    /// Whether an order may hold it more than once.
    public var allowDuplicates: Bool
    /// The number of its category.
    public var categoryID: Int64?
    /// The number of the product that this is an offer of.
    public var baseProductNumber: Int64
    /// The name of that product.
    public var baseProductName: String
    /// What it is a bundle of; none if it is no bundle.
    public var bundle: [BundleComponent]?

    /// Makes a product from its parts.
    public init(
        number: Int64, internalID: String, kind: CampaignProductKind, name: String, isActive: Bool, position: Int,
        price: String, shippingPrice: String, taxRate: String, isTaxIncluded: Bool, sku: String?, taxCode: String?,
        saleType: String, billingInterval: String?, billingCycles: Int?, trialDays: Int, requiresShipping: Bool,
        allowDuplicates: Bool, categoryID: Int64?, baseProductNumber: Int64, baseProductName: String
    ) {
        self.number = number
        self.internalID = internalID
        self.kind = kind
        self.name = name
        self.isActive = isActive
        self.position = position
        self.price = price
        self.shippingPrice = shippingPrice
        self.taxRate = taxRate
        self.isTaxIncluded = isTaxIncluded
        self.sku = sku
        self.taxCode = taxCode
        self.saleType = saleType
        self.billingInterval = billingInterval
        self.billingCycles = billingCycles
        self.trialDays = trialDays
        self.requiresShipping = requiresShipping
        self.allowDuplicates = allowDuplicates
        self.categoryID = categoryID
        self.baseProductNumber = baseProductNumber
        self.baseProductName = baseProductName
    }

    enum CodingKeys: String, CodingKey {
        case number, kind, name, position, price, sku, bundle
        case internalID = "internal_id"
        case isActive = "is_active"
        case shippingPrice = "shipping_price"
        case taxRate = "tax_rate"
        case isTaxIncluded = "is_tax_included"
        case taxCode = "tax_code"
        case saleType = "sale_type"
        case billingInterval = "billing_interval"
        case billingCycles = "billing_cycles"
        case trialDays = "trial_days"
        case requiresShipping = "requires_shipping"
        case allowDuplicates = "allow_duplicates"
        case categoryID = "category_id"
        case baseProductNumber = "base_product_number"
        case baseProductName = "base_product_name"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.number, Int64.self, "The number that orders name it by."),
            .required(CodingKeys.internalID, String.self, "What the account calls it, unique in the campaign."),
            .required(CodingKeys.kind, CampaignProductKind.self, "Whether it starts an order or is added to one."),
            .required(CodingKeys.name, String.self, "Its name."),
            .required(CodingKeys.isActive, Bool.self, "Whether it is sold."),
            .required(CodingKeys.position, Int.self, "Its place in the campaign."),
            .required(CodingKeys.price, String.self, "The price of one, such as 50.00."),
            .required(CodingKeys.shippingPrice, String.self, "What shipping one costs, such as 5.00."),
            .required(CodingKeys.taxRate, String.self, "The rate of a tax of its own, such as 0.0825."),
            .required(CodingKeys.isTaxIncluded, Bool.self, "Whether the price contains the tax."),
            .optional(CodingKeys.sku, String.self, "The stock keeping unit."),
            .optional(CodingKeys.taxCode, String.self, "What tax providers call its kind of product."),
            .required(CodingKeys.saleType, String.self, "How it is sold: one_time, subscription or none."),
            .optional(
                CodingKeys.billingInterval, String.self, "How often a subscription to it is charged, such as month."),
            .optional(
                CodingKeys.billingCycles, Int.self, "After how many charges a subscription ends; none for no end."),
            .required(CodingKeys.trialDays, Int.self, "Days before the first renewal that cost nothing."),
            .required(CodingKeys.requiresShipping, Bool.self, "Whether it is sent to the buyer."),
            .required(CodingKeys.allowDuplicates, Bool.self, "Whether an order may hold it more than once."),
            .optional(CodingKeys.categoryID, Int64.self, "The number of its category."),
            .required(CodingKeys.baseProductNumber, Int64.self, "The number of the product that this is an offer of."),
            .required(CodingKeys.baseProductName, String.self, "The name of that product."),
            .optional(CodingKeys.bundle, [BundleComponent].self, "What it is a bundle of; none if it is no bundle."),
        ])
    }

    static var example: CampaignProductSnapshot {
        var product = CampaignProductSnapshot(
            number: 34, internalID: "starter-kit", kind: .offer, name: "Starter kit", isActive: true, position: 1,
            price: "50.00", shippingPrice: "5.00", taxRate: "0.0825", isTaxIncluded: false, sku: "KIT-1",
            taxCode: "20010", saleType: "subscription", billingInterval: "month", billingCycles: 12, trialDays: 0,
            requiresShipping: true, allowDuplicates: false, categoryID: 2, baseProductNumber: 7, baseProductName: "Kit")
        product.bundle = [.example]
        return product
    }
}

/// Whether a campaign's product starts an order or is added to one.
public struct CampaignProductKind: ExtensibleEnum {
    /// The name in JSON.
    public let rawValue: String
    /// Takes any name, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It starts an order.
    public static let offer = CampaignProductKind(rawValue: "offer")
    /// It is added to an order that was paid.
    public static let upsell = CampaignProductKind(rawValue: "upsell")

    /// The names known today.
    public static let allKnown: [CampaignProductKind] = [.offer, .upsell]
}
