import Edge
import Schema

/// A fulfillment with everything that is known of it.
struct FulfillmentDetailBody: Encodable, Sendable {
    let fulfillment: Fulfillment
    /// The number of the transaction that paid for it.
    let transactionNumber: String?

    func encode(to encoder: any Encoder) throws {
        try FulfillmentBody(fulfillment: fulfillment).encode(to: encoder)
        var fields = encoder.container(keyedBy: Field.self)
        let plan = fulfillment.plan
        try fields.encode(transactionNumber?.numberCounter, forKey: "transaction_id")
        try fields.encode(amount(plan.shipping), forKey: "shipping_cost")
        try fields.encode(amount(0), forKey: "handling_cost")
        try fields.encode(plan.name, forKey: "shipping_name")
        try fields.encode(plan.address.address1, forKey: "shipping_address1")
        try fields.encode(plan.address.address2, forKey: "shipping_address2")
        try fields.encode(plan.address.city, forKey: "shipping_city")
        try fields.encode(plan.address.state, forKey: "shipping_state")
        try fields.encode(plan.address.postalCode, forKey: "shipping_postal_code")
        try fields.encode(plan.address.country, forKey: "shipping_country")
        try fields.encode(plan.address.phone, forKey: "shipping_phone")
        try fields.encode(fulfillment.shippedAt.map(HealthSuite.isoTime), forKey: "shipped_at")
        try fields.encode(fulfillment.deliveredAt.map(HealthSuite.isoTime), forKey: "delivered_at")
        try fields.encode(plan.items.map(Product.init), forKey: "products")
        for name in Self.neverTrue { try fields.encode(false, forKey: Field(name)) }
        for name in Self.neverKnown { try fields.encodeNil(forKey: Field(name)) }
    }

    private func amount(_ minorUnits: Int64) -> String {
        Money(minorUnits: minorUnits, currency: fulfillment.plan.currency).decimalString
    }

    private struct Product: Encodable {
        let id: Int64
        let name: String
        @Nullable var sku: String?
        let quantity: Int

        init(_ item: FulfillmentItem) {
            id = item.productNumber
            name = item.name
            sku = item.sku
            quantity = item.quantity
        }

        enum CodingKeys: String, CodingKey { case id, name, sku, quantity }
    }

    private static let neverTrue = ["requires_signature", "is_gift", "is_backordered", "is_preorder", "is_custom"]

    /// What the document has fields for and this system has nothing to say about.
    private static let neverKnown = [
        "external_fulfillment_id", "shipping_company", "shipping_notes", "download_url", "download_limit",
        "download_expiry", "return_status", "return_reason", "return_tracking_number", "return_meta", "custom_fields",
        "metadata", "rma_created_at", "rma_created_by", "sent_to_shipper_at", "tracking_number_generated_at",
        "returned_at", "proof_images", "fulfillment_provider",
    ]

    private struct Field: CodingKey, ExpressibleByStringLiteral {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init(stringLiteral name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
