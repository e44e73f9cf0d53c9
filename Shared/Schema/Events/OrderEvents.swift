/// An order was received.
public struct OrderPlaced: DescribedEvent {
    public static let name = "order_placed"
    public static let version = 4
    public static let topic = Topic.ordersEvents
    public static let summary = "An order was received."

    /// The order as it is now.
    public var order: OrderSnapshot

    /// Makes the event.
    public init(order: OrderSnapshot) { self.order = order }

    enum CodingKeys: String, CodingKey { case order }

    public static var schema: JSONSchema {
        .object([.required(CodingKeys.order, OrderSnapshot.self, "The order as it is now.")])
    }

    public static var example: OrderPlaced { OrderPlaced(order: .example) }

    /// Whether an event's order was sold by the checkout, read without the rest of it; false if it cannot be read.
    public static func isOfCheckout(_ envelope: EventEnvelope) -> Bool {
        (try? JSON.decode(Glance.self, from: envelope.payload))?.order.checkout != nil
    }

    private struct Glance: Decodable {
        struct Order: Decodable { let checkout: Anything? }
        struct Anything: Decodable { init(from decoder: any Decoder) {} }

        let order: Order
    }
}

/// All lines of an order were given stock.
public struct OrderMatched: DescribedEvent {
    public static let name = "order_matched"
    public static let version = 4
    public static let topic = Topic.ordersEvents
    public static let summary = "All lines of an order were given stock."

    /// The order as it is now.
    public var order: OrderSnapshot
    /// Which listing serves which line.
    public var allocations: [StockAllocation]

    /// Makes the event.
    public init(order: OrderSnapshot, allocations: [StockAllocation]) {
        self.order = order
        self.allocations = allocations
    }

    enum CodingKeys: String, CodingKey { case order, allocations }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.order, OrderSnapshot.self, "The order as it is now."),
            .required(CodingKeys.allocations, [StockAllocation].self, "Which listing serves which line."),
        ])
    }

    public static var example: OrderMatched {
        var order = OrderSnapshot.example
        order.status = .matched
        return OrderMatched(order: order, allocations: [.example])
    }
}

/// There was no stock for an order.
public struct OrderUnmatched: DescribedEvent {
    public static let name = "order_unmatched"
    public static let version = 4
    public static let topic = Topic.ordersEvents
    public static let summary = "There was no stock for an order."

    /// The order as it is now.
    public var order: OrderSnapshot
    /// Why it could not be served.
    public var reason: StockShortage

    /// Makes the event.
    public init(order: OrderSnapshot, reason: StockShortage) {
        self.order = order
        self.reason = reason
    }

    enum CodingKeys: String, CodingKey { case order, reason }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.order, OrderSnapshot.self, "The order as it is now."),
            .required(CodingKeys.reason, StockShortage.self, "Why it could not be served."),
        ])
    }

    public static var example: OrderUnmatched {
        var order = OrderSnapshot.example
        order.status = .unmatched
        return OrderUnmatched(order: order, reason: .noMatchingListing)
    }
}

/// An order was called off. What it held is released.
public struct OrderCancelled: DescribedEvent {
    public static let name = "order_cancelled"
    public static let version = 4
    public static let topic = Topic.ordersEvents
    public static let summary = "An order was called off. What it held is released."

    /// The order as it is now.
    public var order: OrderSnapshot
    /// Who called it off, where the API tells; personal data, sealed.
    public var actor: Sealed<String>?

    /// Makes the event.
    public init(order: OrderSnapshot, actor: Sealed<String>? = nil) {
        self.order = order
        self.actor = actor
    }

    enum CodingKeys: String, CodingKey { case order, actor }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.order, OrderSnapshot.self, "The order as it is now."),
            .optional(CodingKeys.actor, Sealed<String>.self, "Who called it off; personal data, sealed."),
        ])
    }

    public static var example: OrderCancelled {
        var order = OrderSnapshot.example
        order.status = .cancelled
        return OrderCancelled(order: order, actor: Examples.payer)
    }
}
