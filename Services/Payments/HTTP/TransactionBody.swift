import Edge
import Schema

/// A transaction as "Search Transactions" shows it.
struct TransactionBody: Encodable, Sendable {
    private let transaction: PaymentTransaction

    init(_ transaction: PaymentTransaction) {
        self.transaction = transaction
    }

    private struct Product: Encodable {
        let id: Int64
        let name: String
        let type: String
    }

    private enum CodingKeys: String, CodingKey {
        case status, amount, currency, products, sub1, sub2, sub3, sub4, sub5
        case customerNumber = "customer_number"
        case orderNumber = "order_number"
        case transactionNumber = "transaction_number"
        case campaignName = "campaign_name"
        case campaignID = "campaign_id"
        case gatewayName = "gateway_name"
        case gatewayID = "gateway_id"
        case externalID = "external_transaction_id"
        case method = "payment_method"
        case affiliateName = "affiliate_name"
        case affiliateID = "affiliate_id"
        case utmSource = "utm_source"
        case utmMedium = "utm_medium"
        case utmCampaign = "utm_campaign"
        case utmTerm = "utm_term"
        case utmContent = "utm_content"
        case cardBrand = "card_brand"
        case cardFirstSix = "card_first_six"
        case cardLastFour = "card_last_four"
        case isUpsell = "is_upsell"
        case upsellDepth = "upsell_depth"
        case response = "gateway_response"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        let (context, money) = (
            transaction.context, Money(minorUnits: transaction.amount, currency: transaction.currency)
        )
        try container.encode(context.customerNumber, forKey: .customerNumber)
        try container.encode(context.orderNumber, forKey: .orderNumber)
        try container.encode(transaction.number, forKey: .transactionNumber)
        try container.encode(context.campaignName, forKey: .campaignName)
        try container.encode(context.campaignInternalID, forKey: .campaignID)
        try container.encode(transaction.gateway?.name, forKey: .gatewayName)
        try container.encode(transaction.gateway.map { String($0.id) }, forKey: .gatewayID)
        try container.encode(transaction.externalID, forKey: .externalID)
        try container.encode(transaction.status.rawValue, forKey: .status)
        try container.encode(money.decimalString, forKey: .amount)
        try container.encode(money.currency.code, forKey: .currency)
        let method = HealthSuite.paymentMethod(transaction.method, hasCard: transaction.card != nil)
        try container.encode(method, forKey: .method)
        try encode(context.attribution, in: &container)
        try container.encode(transaction.card.map { Self.label(ofBrand: $0.brand) }, forKey: .cardBrand)
        try container.encode(transaction.card?.firstSix, forKey: .cardFirstSix)
        try container.encode(transaction.card?.lastFour, forKey: .cardLastFour)
        try container.encode(context.isUpsell, forKey: .isUpsell)
        try container.encode(context.upsellDepth, forKey: .upsellDepth)
        try container.encode(transaction.response, forKey: .response)
        try container.encode(HealthSuite.dateTime(transaction.createdAt), forKey: .createdAt)
        try container.encode(HealthSuite.dateTime(transaction.updatedAt), forKey: .updatedAt)
        let products = context.products.map { Product(id: $0.number, name: $0.name, type: $0.kind.rawValue) }
        try container.encode(products, forKey: .products)
    }

    private func encode(
        _ attribution: Attribution, in container: inout KeyedEncodingContainer<CodingKeys>
    ) throws {
        // What the checkout was given is both: its requests name affiliates, its searches call the same an id.
        try container.encode(attribution.affiliate, forKey: .affiliateName)
        try container.encode(attribution.affiliate, forKey: .affiliateID)
        try container.encode(attribution.sub1, forKey: .sub1)
        try container.encode(attribution.sub2, forKey: .sub2)
        try container.encode(attribution.sub3, forKey: .sub3)
        try container.encode(attribution.sub4, forKey: .sub4)
        try container.encode(attribution.sub5, forKey: .sub5)
        try container.encode(attribution.utmSource, forKey: .utmSource)
        try container.encode(attribution.utmMedium, forKey: .utmMedium)
        try container.encode(attribution.utmCampaign, forKey: .utmCampaign)
        try container.encode(attribution.utmTerm, forKey: .utmTerm)
        try container.encode(attribution.utmContent, forKey: .utmContent)
    }

    /// `visa` as "Visa".
    private static func label(ofBrand brand: String) -> String {
        brand.prefix(1).uppercased() + brand.dropFirst()
    }
}
