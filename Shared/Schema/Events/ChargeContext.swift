/// What a charge is for, as its transaction shows it.
public struct ChargeContext: Codable, Hashable, Sendable, SchemaDescribing {
    /// The order's number.
    public var orderNumber: String
    /// The customer's number.
    public var customerNumber: String
    /// Who pays; personal data, sealed.
    public var customer: Sealed<CheckoutPerson>
    /// What the account calls the campaign.
    public var campaignInternalID: String
    /// The campaign's name.
    public var campaignName: String
    /// What brought the customer.
    public var attribution: Attribution
    /// Whether it adds to an order that was paid.
    public var isUpsell: Bool
    /// Which addition to the order it is; 0 for none.
    public var upsellDepth: Int
    /// Whether it is for trying things out.
    public var isTest: Bool
    /// What is paid.
    public var products: [ChargedProduct]
    /// Which card brands the campaign takes; empty means all.
    public var allowedCardBrands: [String]
    /// The least that the charge may come to, in minor units.
    public var minimumAmount: Int64?
    /// The most that the charge may come to, in minor units.
    public var maximumAmount: Int64?

    /// Makes a context; the limits are minor units of the charge's currency.
    public init(
        orderNumber: String, customerNumber: String, customer: Sealed<CheckoutPerson>, campaignInternalID: String,
        campaignName: String, attribution: Attribution, isUpsell: Bool, upsellDepth: Int, isTest: Bool,
        products: [ChargedProduct], allowedCardBrands: [String], minimumAmount: Int64?, maximumAmount: Int64?
    ) {
        self.orderNumber = orderNumber
        self.customerNumber = customerNumber
        self.customer = customer
        self.campaignInternalID = campaignInternalID
        self.campaignName = campaignName
        self.attribution = attribution
        self.isUpsell = isUpsell
        self.upsellDepth = upsellDepth
        self.isTest = isTest
        self.products = products
        self.allowedCardBrands = allowedCardBrands
        self.minimumAmount = minimumAmount
        self.maximumAmount = maximumAmount
    }

    enum CodingKeys: String, CodingKey {
        case customer, attribution, products
        case orderNumber = "order_number"
        case customerNumber = "customer_number"
        case campaignInternalID = "campaign_internal_id"
        case campaignName = "campaign_name"
        case isUpsell = "is_upsell"
        case upsellDepth = "upsell_depth"
        case isTest = "is_test"
        case allowedCardBrands = "allowed_card_brands"
        case minimumAmount = "minimum_amount"
        case maximumAmount = "maximum_amount"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.orderNumber, String.self, "The order's number."),
            .required(CodingKeys.customerNumber, String.self, "The customer's number."),
            .required(CodingKeys.customer, Sealed<CheckoutPerson>.self, "Who pays; personal data, sealed."),
            .required(CodingKeys.campaignInternalID, String.self, "What the account calls the campaign."),
            .required(CodingKeys.campaignName, String.self, "The campaign's name."),
            .required(CodingKeys.attribution, Attribution.self, "What brought the customer."),
            .required(CodingKeys.isUpsell, Bool.self, "Whether it adds to an order that was paid."),
            .required(CodingKeys.upsellDepth, Int.self, "Which addition to the order it is; 0 for none."),
            .required(CodingKeys.isTest, Bool.self, "Whether it is for trying things out."),
            .required(CodingKeys.products, [ChargedProduct].self, "What is paid."),
            .required(
                CodingKeys.allowedCardBrands, [String].self, "Which card brands the campaign takes; empty means all."),
            .optional(CodingKeys.minimumAmount, Int64.self, "The least that the charge may come to, in minor units."),
            .optional(CodingKeys.maximumAmount, Int64.self, "The most that the charge may come to, in minor units."),
        ])
    }

    static var example: ChargeContext {
        ChargeContext(
            orderNumber: "ORD-240528-00001", customerNumber: "CUST-240528-00007", customer: Examples.checkoutPerson,
            campaignInternalID: "spring", campaignName: "Spring offer", attribution: .example, isUpsell: false,
            upsellDepth: 0, isTest: false, products: [.example], allowedCardBrands: ["visa"], minimumAmount: 100,
            maximumAmount: 100_000)
    }
}

/// A product that a charge pays for.
public struct ChargedProduct: Codable, Hashable, Sendable, SchemaDescribing {
    /// The product's number in its campaign.
    public var number: Int64
    /// The product's name.
    public var name: String
    /// Whether it starts an order or is added to one.
    public var kind: CampaignProductKind

    /// Makes a product from its parts.
    public init(number: Int64, name: String, kind: CampaignProductKind) {
        self.number = number
        self.name = name
        self.kind = kind
    }

    enum CodingKeys: String, CodingKey { case number, name, kind }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.number, Int64.self, "The product's number in its campaign."),
            .required(CodingKeys.name, String.self, "The product's name."),
            .required(CodingKeys.kind, CampaignProductKind.self, "Whether it starts an order or is added to one."),
        ])
    }

    static var example: ChargedProduct {
        ChargedProduct(number: 34, name: "Starter kit", kind: .offer)
    }
}

/// A cart whose tax is to be computed. All amounts are minor units of the charge's currency.
public struct TaxQuestion: Codable, Hashable, Sendable, SchemaDescribing {
    /// Whether the campaign charges tax at all.
    public var taxEnabled: Bool
    /// Who computes it: table or taxjar; table where none is named.
    public var provider: String?
    /// Where it goes; personal data, sealed.
    public var to: Sealed<PostalAddress>
    /// What is bought.
    public var lines: [TaxLine]
    /// What shipping costs.
    public var shipping: Int64

    /// Makes a question; the amount is in minor units of the charge's currency.
    public init(taxEnabled: Bool, provider: String?, to: Sealed<PostalAddress>, lines: [TaxLine], shipping: Int64) {
        self.taxEnabled = taxEnabled
        self.provider = provider
        self.to = to
        self.lines = lines
        self.shipping = shipping
    }

    enum CodingKeys: String, CodingKey {
        case provider, to, lines, shipping
        case taxEnabled = "tax_enabled"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.taxEnabled, Bool.self, "Whether the campaign charges tax at all."),
            .optional(CodingKeys.provider, String.self, "Who computes it: table or taxjar; table where none is named."),
            .required(CodingKeys.to, Sealed<PostalAddress>.self, "Where it goes; personal data, sealed."),
            .required(CodingKeys.lines, [TaxLine].self, "What is bought."),
            .required(CodingKeys.shipping, Int64.self, "What shipping costs."),
        ])
    }

    static var example: TaxQuestion {
        TaxQuestion(taxEnabled: true, provider: "table", to: Examples.address, lines: [.example], shipping: 500)
    }
}

/// A line of a cart whose tax is to be computed. All amounts are minor units.
public struct TaxLine: Codable, Hashable, Sendable, SchemaDescribing {
    /// What the answer calls the line.
    public var id: String
    /// The stock keeping unit.
    public var sku: String?
    /// How many pieces.
    public var quantity: Int
    /// The price of one.
    public var unitPrice: Int64
    /// What is taken off the line.
    public var discount: Int64
    /// What tax providers call this kind of product.
    public var taxCode: String?
    /// A rate that is fixed for this line, such as 0.0825.
    public var taxRate: String?

    /// Makes a line; all amounts are minor units.
    public init(
        id: String, sku: String?, quantity: Int, unitPrice: Int64, discount: Int64, taxCode: String?, taxRate: String?
    ) {
        self.id = id
        self.sku = sku
        self.quantity = quantity
        self.unitPrice = unitPrice
        self.discount = discount
        self.taxCode = taxCode
        self.taxRate = taxRate
    }

    enum CodingKeys: String, CodingKey {
        case id, sku, quantity, discount
        case unitPrice = "unit_price"
        case taxCode = "tax_code"
        case taxRate = "tax_rate"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.id, String.self, "What the answer calls the line."),
            .optional(CodingKeys.sku, String.self, "The stock keeping unit."),
            .required(CodingKeys.quantity, Int.self, "How many pieces."),
            .required(CodingKeys.unitPrice, Int64.self, "The price of one."),
            .required(CodingKeys.discount, Int64.self, "What is taken off the line."),
            .optional(CodingKeys.taxCode, String.self, "What tax providers call this kind of product."),
            .optional(CodingKeys.taxRate, String.self, "A rate that is fixed for this line, such as 0.0825."),
        ])
    }

    static var example: TaxLine {
        TaxLine(
            id: "34", sku: "KIT-1", quantity: 1, unitPrice: 5000, discount: 500, taxCode: "20010", taxRate: "0.0825")
    }
}
