import Edge
import Schema

/// An order as "Search Orders" shows it, with where it came from.
struct FoundOrderBody: Encodable, Sendable {
    private let order: CheckoutOrder
    private let enrichment: JSONValue?

    /// - Parameter enrichment: What is known of the buyer's details; left out where nobody has looked.
    init(_ order: CheckoutOrder, _ enrichment: JSONValue?) {
        self.order = order
        self.enrichment = enrichment
    }

    private enum CodingKeys: String, CodingKey {
        case status, currency, transactions, cart, enrichment
        case orderNumber = "order_number"
        case campaignName = "campaign_name"
        case campaignID = "campaign_id"
        case isThrottled = "is_throttled"
        case createdAt = "created_at"
    }

    func encode(to encoder: any Encoder) throws {
        let checkout = order.checkout
        try AttributionBody(checkout.attribution).encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(checkout.number, forKey: .orderNumber)
        try container.encode(checkout.campaignName, forKey: .campaignName)
        try container.encode(checkout.campaignInternalID, forKey: .campaignID)
        try container.encode(checkout.status.rawValue, forKey: .status)
        try container.encode(checkout.currency.code, forKey: .currency)
        try container.encode(checkout.isThrottled, forKey: .isThrottled)
        try container.encode(HealthSuite.dateTime(checkout.createdAt), forKey: .createdAt)
        // One that payments has not spoken of yet has no number to call it by.
        let transactions = order.charges.compactMap(\.snapshot).map { FoundTransactionBody($0, of: checkout) }
        try container.encode(transactions, forKey: .transactions)
        try container.encode(FoundCartBody(order), forKey: .cart)
        try container.encodeIfPresent(enrichment, forKey: .enrichment)
    }
}

/// What brought an order, as the API shows it beside the order's own fields.
struct AttributionBody: Encodable, Sendable {
    /// What the checkout was given is both: its requests name affiliates, its searches call the same an id.
    @Nullable var affiliateName: String?
    @Nullable var affiliateID: String?
    @Nullable var sub1: String?
    @Nullable var sub2: String?
    @Nullable var sub3: String?
    @Nullable var sub4: String?
    @Nullable var sub5: String?
    @Nullable var utmSource: String?
    @Nullable var utmMedium: String?
    @Nullable var utmCampaign: String?
    @Nullable var utmTerm: String?
    @Nullable var utmContent: String?

    init(_ attribution: Attribution) {
        affiliateName = attribution.affiliate
        affiliateID = attribution.affiliate
        sub1 = attribution.sub1
        sub2 = attribution.sub2
        sub3 = attribution.sub3
        sub4 = attribution.sub4
        sub5 = attribution.sub5
        utmSource = attribution.utmSource
        utmMedium = attribution.utmMedium
        utmCampaign = attribution.utmCampaign
        utmTerm = attribution.utmTerm
        utmContent = attribution.utmContent
    }

    enum CodingKeys: String, CodingKey {
        case sub1, sub2, sub3, sub4, sub5
        case affiliateName = "affiliate_name"
        case affiliateID = "affiliate_id"
        case utmSource = "utm_source"
        case utmMedium = "utm_medium"
        case utmCampaign = "utm_campaign"
        case utmTerm = "utm_term"
        case utmContent = "utm_content"
    }
}

/// An order's cart. Its sums are decimal texts, its lines' amounts numbers, as in the saved answer.
struct FoundCartBody: Encodable, Sendable {
    struct Item: Encodable, Sendable {
        let id: Int64
        let name: String
        let type: String
        let quantity: Int
        let unitPrice: JSONValue
        let shippingPrice: JSONValue
        let subtotal: JSONValue
        let tax: JSONValue
        let isUpsell: Bool

        enum CodingKeys: String, CodingKey {
            case id, name, type, quantity, subtotal, tax
            case unitPrice = "unit_price"
            case shippingPrice = "shipping_price"
            case isUpsell = "is_upsell"
        }
    }

    let tax: String
    let items: [Item]
    let total: String
    let shipping: String
    let subtotal: String

    init(_ order: CheckoutOrder) {
        let (totals, currency) = (order.checkout.totals, order.checkout.currency)
        func text(_ amount: Int64) -> String { Money(minorUnits: amount, currency: currency).decimalString }
        func number(_ amount: Int64) -> JSONValue { HealthSuite.number(Money(minorUnits: amount, currency: currency)) }
        tax = text(totals.tax)
        total = text(totals.total)
        shipping = text(totals.shipping)
        subtotal = text(totals.subtotal)
        items = order.cartItems.map { item in
            Item(
                id: item.productNumber, name: item.name, type: item.kind.rawValue, quantity: item.quantity,
                unitPrice: number(item.unitPrice), shippingPrice: number(item.shippingPrice),
                subtotal: number(item.subtotal), tax: number(item.tax), isUpsell: item.isUpsell)
        }
    }
}
