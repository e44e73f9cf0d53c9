/// An order was changed after it was sold: something of it comes back, or was sent.
public struct OrderModified: DescribedEvent {
    public static let name = "order_modified"
    public static let version = 2
    public static let topic = Topic.ordersEvents
    public static let summary = "An order was changed after it was sold: something of it comes back, or was sent."

    /// The order as it is now.
    public var order: OrderSnapshot
    /// What was changed.
    public var modification: OrderModification
    /// Who did it, a mail address, where the API tells; sealed.
    public var actor: Sealed<String>?

    /// Makes the event.
    public init(order: OrderSnapshot, modification: OrderModification, actor: Sealed<String>?) {
        self.order = order
        self.modification = modification
        self.actor = actor
    }

    enum CodingKeys: String, CodingKey { case order, modification, actor }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.order, OrderSnapshot.self, "The order as it is now."),
            .required(CodingKeys.modification, OrderModification.self, "What was changed."),
            .optional(CodingKeys.actor, Sealed<String>.self, "Who did it; personal data, sealed."),
        ])
    }

    public static var example: OrderModified {
        OrderModified(order: .checkoutExample(status: "processing"), modification: .returned, actor: Examples.payer)
    }
}

/// How an order was changed after it was sold.
public struct OrderModification: ExtensibleEnum {
    /// The name in JSON.
    public let rawValue: String
    /// Takes any name, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Items are coming back.
    public static let returned = OrderModification(rawValue: "returned")
    /// Something was sent, or is not sent after all.
    public static let shipment = OrderModification(rawValue: "shipment")
    /// A client of the clienteling API said something else of it or its buyer.
    public static let details = OrderModification(rawValue: "details")

    /// The names known today.
    public static let allKnown: [OrderModification] = [.returned, .shipment, .details]
}
