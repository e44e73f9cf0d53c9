import Edge
import Schema

/// A charge or refund of an order as "Search Orders" shows it.
struct FoundTransactionBody: Encodable, Sendable {
    private let transaction: TransactionSnapshot
    private let checkout: Checkout

    init(_ transaction: TransactionSnapshot, of checkout: Checkout) {
        self.transaction = transaction
        self.checkout = checkout
    }

    private struct Product: Encodable {
        let id: Int64
        let name: String
        let type: String
    }

    private enum CodingKeys: String, CodingKey {
        case status, amount, currency, products
        case number = "transaction_number"
        case campaignName = "campaign_name"
        case campaignID = "campaign_id"
        case gatewayName = "gateway_name"
        case gatewayID = "gateway_id"
        case externalID = "external_transaction_id"
        case method = "payment_method"
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
        try AttributionBody(checkout.attribution).encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(transaction.number, forKey: .number)
        try container.encode(checkout.campaignName, forKey: .campaignName)
        try container.encode(checkout.campaignInternalID, forKey: .campaignID)
        try container.encode(transaction.gatewayName, forKey: .gatewayName)
        try container.encode(transaction.gatewayID.map { String($0) }, forKey: .gatewayID)
        try container.encode(transaction.externalTransactionID, forKey: .externalID)
        try container.encode(transaction.status.rawValue, forKey: .status)
        let money = Money(minorUnits: transaction.amount, currency: transaction.currency)
        try container.encode(money.decimalString, forKey: .amount)
        try container.encode(money.currency.code, forKey: .currency)
        let method = HealthSuite.paymentMethod(transaction.method, hasCard: transaction.card != nil)
        try container.encode(method, forKey: .method)
        try container.encode(transaction.card.map { Self.label(ofBrand: $0.brand) }, forKey: .cardBrand)
        try container.encode(transaction.card?.firstSix, forKey: .cardFirstSix)
        try container.encode(transaction.card?.lastFour, forKey: .cardLastFour)
        try container.encode(transaction.isUpsell, forKey: .isUpsell)
        try container.encode(transaction.upsellDepth, forKey: .upsellDepth)
        try container.encode(transaction.response, forKey: .response)
        try container.encode(HealthSuite.dateTime(transaction.createdAt), forKey: .createdAt)
        try container.encode(HealthSuite.dateTime(transaction.updatedAt), forKey: .updatedAt)
        let products = transaction.products.map { Product(id: $0.number, name: $0.name, type: $0.kind.rawValue) }
        try container.encode(products, forKey: .products)
    }

    /// `visa` as "Visa".
    private static func label(ofBrand brand: String) -> String {
        brand.prefix(1).uppercased() + brand.dropFirst()
    }
}
