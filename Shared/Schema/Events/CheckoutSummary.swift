/// What an order of the checkout has beyond one that a dealer's site reported. All amounts are minor units of the
/// order's currency.
public struct CheckoutSummary: Codable, Hashable, Sendable, SchemaDescribing {
    /// The order's number.
    public var number: String
    /// The customer's number.
    public var customerNumber: String
    /// What the account calls the campaign.
    public var campaignInternalID: String
    /// The campaign's name.
    public var campaignName: String
    /// How far it has come, in the checkout's words: lead, processing, completed …
    public var status: String
    /// The price of all items.
    public var subtotal: Int64
    /// What shipping costs.
    public var shipping: Int64
    /// The tax on it.
    public var tax: Int64
    /// What a coupon took off.
    public var discount: Int64
    /// Whether it is for trying things out.
    public var isTest: Bool
    /// What brought the customer.
    public var attribution: Attribution
    /// How often it was added to.
    public var upsellDepth: Int
    /// The items; none in events of before they were told.
    public var items: [SoldItem]?
    /// The tax's rate as decimal text: `0.0875`.
    public var taxRate: String?
    /// The coupon that gave the discount.
    public var couponCode: String?
    /// The part of the tax that is on the shipping.
    public var shippingTax: Int64?
    /// Whether the prices contain the tax.
    public var isTaxIncluded: Bool?

    /// Makes a summary; the amounts are minor units of the order's currency.
    public init(
        number: String, customerNumber: String, campaignInternalID: String, campaignName: String, status: String,
        subtotal: Int64, shipping: Int64, tax: Int64, discount: Int64, isTest: Bool, attribution: Attribution,
        upsellDepth: Int
    ) {
        self.number = number
        self.customerNumber = customerNumber
        self.campaignInternalID = campaignInternalID
        self.campaignName = campaignName
        self.status = status
        self.subtotal = subtotal
        self.shipping = shipping
        self.tax = tax
        self.discount = discount
        self.isTest = isTest
        self.attribution = attribution
        self.upsellDepth = upsellDepth
    }

    enum CodingKeys: String, CodingKey {
        case number, status, subtotal, shipping, tax, discount, attribution, items
        case customerNumber = "customer_number"
        case campaignInternalID = "campaign_internal_id"
        case campaignName = "campaign_name"
        case isTest = "is_test"
        case upsellDepth = "upsell_depth"
        case taxRate = "tax_rate"
        case couponCode = "coupon_code"
        case shippingTax = "shipping_tax"
        case isTaxIncluded = "is_tax_included"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.number, String.self, "The order's number."),
            .required(CodingKeys.customerNumber, String.self, "The customer's number."),
            .required(CodingKeys.campaignInternalID, String.self, "What the account calls the campaign."),
            .required(CodingKeys.campaignName, String.self, "The campaign's name."),
            .required(
                CodingKeys.status, String.self,
                "How far it has come, in the checkout's words: lead, processing, completed …"),
            .required(CodingKeys.subtotal, Int64.self, "The price of all items."),
            .required(CodingKeys.shipping, Int64.self, "What shipping costs."),
            .required(CodingKeys.tax, Int64.self, "The tax on it."),
            .required(CodingKeys.discount, Int64.self, "What a coupon took off."),
            .required(CodingKeys.isTest, Bool.self, "Whether it is for trying things out."),
            .required(CodingKeys.attribution, Attribution.self, "What brought the customer."),
            .required(CodingKeys.upsellDepth, Int.self, "How often it was added to."),
            .optional(CodingKeys.items, [SoldItem].self, "The items."),
            .optional(CodingKeys.taxRate, String.self, "The tax's rate as decimal text."),
            .optional(CodingKeys.couponCode, String.self, "The coupon that gave the discount."),
            .optional(CodingKeys.shippingTax, Int64.self, "The part of the tax that is on the shipping."),
            .optional(CodingKeys.isTaxIncluded, Bool.self, "Whether the prices contain the tax."),
        ])
    }

    static var example: CheckoutSummary {
        var summary = CheckoutSummary(
            number: "ORD-240528-00001", customerNumber: "CUST-240528-00007", campaignInternalID: "spring",
            campaignName: "Spring offer", status: "completed", subtotal: 5000, shipping: 500, tax: 413, discount: 500,
            isTest: false, attribution: .example, upsellDepth: 1)
        summary.items = [.example]
        summary.taxRate = "0.0825"
        summary.couponCode = "SPRING"
        summary.shippingTax = 0
        summary.isTaxIncluded = false
        return summary
    }
}

/// What brought a customer to the checkout, as the shop said it.
public struct Attribution: Codable, Hashable, Sendable, SchemaDescribing {
    /// Where the customer came from.
    public var utmSource: String?
    /// The kind of link.
    public var utmMedium: String?
    /// The marketing campaign.
    public var utmCampaign: String?
    /// What was searched for.
    public var utmTerm: String?
    /// Which of several links.
    public var utmContent: String?
    /// Who sent the customer.
    public var affiliate: String?
    /// The affiliate's own mark, number 1.
    public var sub1: String?
    /// The affiliate's own mark, number 2.
    public var sub2: String?
    /// The affiliate's own mark, number 3.
    public var sub3: String?
    /// The affiliate's own mark, number 4.
    public var sub4: String?
    /// The affiliate's own mark, number 5.
    public var sub5: String?
    /// The group of a comparison.
    public var cohort: String?

    /// Makes an attribution from what is known.
    public init(
        utmSource: String? = nil, utmMedium: String? = nil, utmCampaign: String? = nil, utmTerm: String? = nil,
        utmContent: String? = nil, affiliate: String? = nil, sub1: String? = nil, sub2: String? = nil,
        sub3: String? = nil, sub4: String? = nil, sub5: String? = nil, cohort: String? = nil
    ) {
        self.utmSource = utmSource
        self.utmMedium = utmMedium
        self.utmCampaign = utmCampaign
        self.utmTerm = utmTerm
        self.utmContent = utmContent
        self.affiliate = affiliate
        self.sub1 = sub1
        self.sub2 = sub2
        self.sub3 = sub3
        self.sub4 = sub4
        self.sub5 = sub5
        self.cohort = cohort
    }

    enum CodingKeys: String, CodingKey {
        case affiliate, sub1, sub2, sub3, sub4, sub5, cohort
        case utmSource = "utm_source"
        case utmMedium = "utm_medium"
        case utmCampaign = "utm_campaign"
        case utmTerm = "utm_term"
        case utmContent = "utm_content"
    }

    public static var schema: JSONSchema {
        .object([
            .optional(CodingKeys.utmSource, String.self, "Where the customer came from."),
            .optional(CodingKeys.utmMedium, String.self, "The kind of link."),
            .optional(CodingKeys.utmCampaign, String.self, "The marketing campaign."),
            .optional(CodingKeys.utmTerm, String.self, "What was searched for."),
            .optional(CodingKeys.utmContent, String.self, "Which of several links."),
            .optional(CodingKeys.affiliate, String.self, "Who sent the customer."),
            .optional(CodingKeys.sub1, String.self, "The affiliate's own mark, number 1."),
            .optional(CodingKeys.sub2, String.self, "The affiliate's own mark, number 2."),
            .optional(CodingKeys.sub3, String.self, "The affiliate's own mark, number 3."),
            .optional(CodingKeys.sub4, String.self, "The affiliate's own mark, number 4."),
            .optional(CodingKeys.sub5, String.self, "The affiliate's own mark, number 5."),
            .optional(CodingKeys.cohort, String.self, "The group of a comparison."),
        ])
    }

    static var example: Attribution {
        Attribution(
            utmSource: "newsletter", utmMedium: "email", utmCampaign: "spring", utmTerm: "kit", utmContent: "top",
            affiliate: "aff-7", sub1: "a", sub2: "b", sub3: "c", sub4: "d", sub5: "e", cohort: "blue")
    }
}
