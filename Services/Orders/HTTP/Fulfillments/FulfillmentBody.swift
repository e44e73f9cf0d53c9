import Edge
import Schema

/// A fulfillment as lists show it.
struct FulfillmentBody: Encodable, Sendable {
    let fulfillment: Fulfillment

    enum CodingKeys: String, CodingKey {
        case id, status, items, order, customer
        case number = "fulfillment_number"
        case shippingGroup = "shipping_group_number"
        case type = "fulfillment_type"
        case carrier = "shipping_carrier"
        case service = "shipping_service"
        case trackingNumber = "tracking_number"
        case trackingURLs = "tracking_urls"
        case rmaNumber = "rma_number"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        let plan = fulfillment.plan
        try fields.encode(fulfillment.serial, forKey: .id)
        try fields.encode(fulfillment.number, forKey: .number)
        try fields.encode(fulfillment.shippingGroupNumber, forKey: .shippingGroup)
        try fields.encode(fulfillment.status.apiText, forKey: .status)
        try fields.encode(fulfillment.type, forKey: .type)
        try fields.encode(plan.items.map { FulfillmentItemBody($0, in: plan.currency) }, forKey: .items)
        try fields.encode(fulfillment.carrier, forKey: .carrier)
        try fields.encode(fulfillment.service, forKey: .service)
        try fields.encode(fulfillment.trackingNumber, forKey: .trackingNumber)
        try fields.encode(fulfillment.trackingURLs, forKey: .trackingURLs)
        try fields.encode(fulfillment.rmaNumber, forKey: .rmaNumber)
        try fields.encode(HealthSuite.isoTime(fulfillment.createdAt), forKey: .createdAt)
        try fields.encode(HealthSuite.isoTime(fulfillment.updatedAt), forKey: .updatedAt)
        try fields.encode(OrderLink(plan.orderNumber), forKey: .order)
        try fields.encode(
            CustomerLink(number: plan.customerNumber, email: plan.email, name: plan.name), forKey: .customer)
    }

    private struct OrderLink: Encodable {
        /// The counter within the number: orders have no other integer.
        @Nullable var id: Int64?
        let number: String

        init(_ number: String) {
            id = number.numberCounter
            self.number = number
        }

        enum CodingKeys: String, CodingKey {
            case id
            case number = "order_number"
        }
    }

    private struct CustomerLink: Encodable {
        let number: String
        let email: String
        let name: String

        enum CodingKeys: String, CodingKey {
            case email, name
            case number = "customer_number"
        }
    }
}

/// What a fulfillment sends of one product.
struct FulfillmentItemBody: Encodable, Sendable {
    let quantity: Int
    let productID: Int64
    let unitPrice: String
    @Nullable var productSKU: String?
    let totalPrice: JSONValue
    let productName: String
    /// Pieces of one unit.
    let baseQuantity = 1
    let orderQuantity: Int
    @Nullable var productOptions: String?

    init(_ item: FulfillmentItem, in currency: Currency) {
        quantity = item.quantity
        productID = item.productNumber
        unitPrice = Money(minorUnits: item.unitPrice, currency: currency).decimalString
        productSKU = item.sku
        // The order's total was bounded when it came in.
        let total = Money(minorUnits: item.unitPrice * Int64(item.quantity), currency: currency)
        totalPrice = HealthSuite.number(total)
        productName = item.name
        orderQuantity = item.quantity
    }

    enum CodingKeys: String, CodingKey {
        case quantity
        case productID = "product_id"
        case unitPrice = "unit_price"
        case productSKU = "product_sku"
        case totalPrice = "total_price"
        case productName = "product_name"
        case baseQuantity = "base_quantity"
        case orderQuantity = "order_quantity"
        case productOptions = "product_options"
    }
}

extension String {
    /// The counter at the end of a number such as `ORD-250321-00001`.
    var numberCounter: Int64? { split(separator: "-").last.flatMap { Int64($0) } }
}
