/// An event of a fulfillment; its subject is the fulfillment.
public protocol FulfillmentEvent: DescribedEvent {
    /// The fulfillment as it is now.
    var fulfillment: FulfillmentSnapshot { get set }
    /// Makes the event.
    init(fulfillment: FulfillmentSnapshot)
}

extension FulfillmentEvent {
    public static var version: Int { 1 }
    public static var topic: Topic { .ordersEvents }

    public static var schema: JSONSchema {
        .object([.required(FulfillmentEventKeys.fulfillment, FulfillmentSnapshot.self, "The fulfillment as it is now.")]
        )
    }
}

private enum FulfillmentEventKeys: String, CodingKey { case fulfillment }

/// Items of an order are to be sent.
public struct FulfillmentCreated: FulfillmentEvent {
    public static let name = "fulfillment_created"
    public static let version = 2
    public static let summary = "Items of an order are to be sent."

    /// The fulfillment as it is now.
    public var fulfillment: FulfillmentSnapshot

    /// Makes the event.
    public init(fulfillment: FulfillmentSnapshot) { self.fulfillment = fulfillment }

    public static var example: FulfillmentCreated {
        FulfillmentCreated(fulfillment: .example)
    }
}

/// Items of an order are not sent after all.
public struct FulfillmentCancelled: FulfillmentEvent {
    public static let name = "fulfillment_cancelled"
    public static let version = 2
    public static let summary = "Items of an order are not sent after all."

    /// The fulfillment as it is now.
    public var fulfillment: FulfillmentSnapshot

    /// Makes the event.
    public init(fulfillment: FulfillmentSnapshot) { self.fulfillment = fulfillment }

    public static var example: FulfillmentCancelled {
        var fulfillment = FulfillmentSnapshot.example
        fulfillment.status = "cancelled"
        return FulfillmentCancelled(fulfillment: fulfillment)
    }
}

/// A fulfillment is on its way, or another parcel of it is.
public struct FulfillmentShipped: FulfillmentEvent {
    public static let name = "fulfillment_shipped"
    public static let version = 2
    public static let summary = "A fulfillment is on its way, or another parcel of it is."

    /// The fulfillment as it is now.
    public var fulfillment: FulfillmentSnapshot
    /// Who gets it: name and mail address; personal data, sealed. Absent in version 1.
    public var recipient: Sealed<Buyer>?

    /// Makes the event.
    public init(fulfillment: FulfillmentSnapshot) { self.fulfillment = fulfillment }

    enum CodingKeys: String, CodingKey { case fulfillment, recipient }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.fulfillment, FulfillmentSnapshot.self, "The fulfillment as it is now."),
            .optional(
                CodingKeys.recipient, Sealed<Buyer>.self,
                "Who gets it: name and mail address; personal data, sealed."),
        ])
    }

    public static var example: FulfillmentShipped {
        var fulfillment = FulfillmentSnapshot.example
        fulfillment.status = "shipped"
        var event = FulfillmentShipped(fulfillment: fulfillment)
        event.recipient = Examples.buyer
        return event
    }
}

/// A fulfillment in full, as its events carry it: items of an order that are sent together.
public struct FulfillmentSnapshot: Codable, Hashable, Sendable, SchemaDescribing {
    /// The fulfillment's id.
    public var id: FulfillmentID
    /// The fulfillment's number.
    public var number: String
    /// What is shipped together has this in common.
    public var shippingGroup: String
    /// The order.
    public var orderID: OrderID
    /// The order's number.
    public var orderNumber: String
    /// The customer's number.
    public var customerNumber: String
    /// Its state: pending, processing, on_hold, shipped, delivered or cancelled.
    public var status: String
    /// What is sent.
    public var items: [FulfillmentItem]
    /// The currency of the prices.
    public var currency: Currency
    /// When it is due.
    public var scheduledAt: Timestamp
    /// Who carries it, once it is sent.
    public var carrier: String?
    /// The carrier's number.
    public var trackingNumber: String?
    /// Where to follow it.
    public var trackingURL: String?

    /// Makes a snapshot from its parts.
    public init(
        id: FulfillmentID, number: String, shippingGroup: String, orderID: OrderID, orderNumber: String,
        customerNumber: String, status: String, items: [FulfillmentItem], currency: Currency, scheduledAt: Timestamp
    ) {
        self.id = id
        self.number = number
        self.shippingGroup = shippingGroup
        self.orderID = orderID
        self.orderNumber = orderNumber
        self.customerNumber = customerNumber
        self.status = status
        self.items = items
        self.currency = currency
        self.scheduledAt = scheduledAt
    }

    enum CodingKeys: String, CodingKey {
        case id, number, status, items, currency, carrier
        case shippingGroup = "shipping_group"
        case orderID = "order_id"
        case orderNumber = "order_number"
        case customerNumber = "customer_number"
        case scheduledAt = "scheduled_at"
        case trackingNumber = "tracking_number"
        case trackingURL = "tracking_url"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.id, FulfillmentID.self, "The fulfillment's id."),
            .required(CodingKeys.number, String.self, "The fulfillment's number."),
            .required(CodingKeys.shippingGroup, String.self, "What is shipped together has this in common."),
            .required(CodingKeys.orderID, OrderID.self, "The order."),
            .required(CodingKeys.orderNumber, String.self, "The order's number."),
            .required(CodingKeys.customerNumber, String.self, "The customer's number."),
            .required(
                CodingKeys.status, String.self,
                "Its state: pending, processing, on_hold, shipped, delivered or cancelled."),
            .required(CodingKeys.items, [FulfillmentItem].self, "What is sent."),
            .required(CodingKeys.currency, Currency.self, "The currency of the prices."),
            .required(CodingKeys.scheduledAt, Timestamp.self, "When it is due."),
            .optional(CodingKeys.carrier, String.self, "Who carries it, once it is sent."),
            .optional(CodingKeys.trackingNumber, String.self, "The carrier's number."),
            .optional(CodingKeys.trackingURL, String.self, "Where to follow it."),
        ])
    }

    static var example: FulfillmentSnapshot {
        var fulfillment = FulfillmentSnapshot(
            id: Examples.fulfillment, number: "FUL-240528-00004", shippingGroup: "018fbe5f-0d3b-7000-8000-000000000001",
            orderID: Examples.order, orderNumber: "ORD-240528-00001", customerNumber: "CUST-240528-00007",
            status: "pending",
            items: [
                FulfillmentItem(productNumber: 34, name: "Starter kit", sku: "KIT-1", quantity: 1, unitPrice: 5000)
            ],
            currency: .usd, scheduledAt: Examples.updated)
        fulfillment.carrier = "UPS"
        fulfillment.trackingNumber = "1Z999"
        fulfillment.trackingURL = "https://carrier.example/1Z999"
        return fulfillment
    }
}

/// What a fulfillment sends of one product.
public struct FulfillmentItem: Codable, Hashable, Sendable, SchemaDescribing {
    /// The product's number in its campaign.
    public var productNumber: Int64
    /// The product's name.
    public var name: String
    /// The stock keeping unit.
    public var sku: String?
    /// How many pieces.
    public var quantity: Int
    /// The price of one, in minor units.
    public var unitPrice: Int64

    /// Makes an item; the price is in minor units.
    public init(productNumber: Int64, name: String, sku: String?, quantity: Int, unitPrice: Int64) {
        self.productNumber = productNumber
        self.name = name
        self.sku = sku
        self.quantity = quantity
        self.unitPrice = unitPrice
    }

    enum CodingKeys: String, CodingKey {
        case name, sku, quantity
        case productNumber = "product_number"
        case unitPrice = "unit_price"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.productNumber, Int64.self, "The product's number in its campaign."),
            .required(CodingKeys.name, String.self, "The product's name."),
            .optional(CodingKeys.sku, String.self, "The stock keeping unit."),
            .required(CodingKeys.quantity, Int.self, "How many pieces."),
            .required(CodingKeys.unitPrice, Int64.self, "The price of one, in minor units."),
        ])
    }
}
