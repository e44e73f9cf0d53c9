/// An event of a subscription; its subject is the subscription.
public protocol SubscriptionEvent: DescribedEvent {
    /// The subscription as it is now.
    var subscription: SubscriptionSnapshot { get set }
    /// Makes the event.
    init(subscription: SubscriptionSnapshot)
}

extension SubscriptionEvent {
    public static var version: Int { 1 }
    public static var topic: Topic { .ordersEvents }

    public static var schema: JSONSchema {
        .object([
            .required(SubscriptionEventKeys.subscription, SubscriptionSnapshot.self, "The subscription as it is now.")
        ])
    }
}

private enum SubscriptionEventKeys: String, CodingKey { case subscription }

/// A customer subscribed.
public struct SubscriptionCreated: SubscriptionEvent {
    public static let name = "subscription_created"
    public static let summary = "A customer subscribed."

    /// The subscription as it is now.
    public var subscription: SubscriptionSnapshot

    /// Makes the event.
    public init(subscription: SubscriptionSnapshot) { self.subscription = subscription }

    public static var example: SubscriptionCreated {
        SubscriptionCreated(subscription: .example)
    }
}

/// A subscription was charged once more.
public struct SubscriptionRenewed: SubscriptionEvent {
    public static let name = "subscription_renewed"
    public static let summary = "A subscription was charged once more."

    /// The subscription as it is now.
    public var subscription: SubscriptionSnapshot

    /// Makes the event.
    public init(subscription: SubscriptionSnapshot) { self.subscription = subscription }

    public static var example: SubscriptionRenewed {
        SubscriptionRenewed(subscription: .example)
    }
}

/// A subscription was called off and is not charged again.
public struct SubscriptionCancelled: SubscriptionEvent {
    public static let name = "subscription_cancelled"
    public static let summary = "A subscription was called off and is not charged again."

    /// The subscription as it is now.
    public var subscription: SubscriptionSnapshot

    /// Makes the event.
    public init(subscription: SubscriptionSnapshot) { self.subscription = subscription }

    public static var example: SubscriptionCancelled {
        var subscription = SubscriptionSnapshot.example
        subscription.status = "cancelled"
        return SubscriptionCancelled(subscription: subscription)
    }
}

/// A subscription in full, as its events carry it.
public struct SubscriptionSnapshot: Codable, Hashable, Sendable, SchemaDescribing {
    /// The subscription's id.
    public var id: SubscriptionID
    /// The subscription's number.
    public var number: String
    /// The order that it came with.
    public var orderID: OrderID
    /// That order's number.
    public var orderNumber: String
    /// The customer's number.
    public var customerNumber: String
    /// Its state: active, paused, past_due, cancelled or completed.
    public var status: String
    /// What was subscribed to.
    public var productName: String
    /// What one cycle costs, in minor units.
    public var amount: Int64
    /// The currency of the amount.
    public var currency: Currency
    /// How often it is charged, such as month.
    public var billingInterval: String
    /// How often it has been charged.
    public var billingCycle: Int
    /// After how many charges it ends; none for no end.
    public var totalCycles: Int?
    /// When it is charged next.
    public var nextBillingAt: Timestamp?
    /// When it was called off.
    public var cancelledAt: Timestamp?
    /// Why it was called off.
    public var reason: String?

    /// Makes a snapshot from its parts; the amount is in minor units.
    public init(
        id: SubscriptionID, number: String, orderID: OrderID, orderNumber: String, customerNumber: String,
        status: String, productName: String, amount: Int64, currency: Currency, billingInterval: String,
        billingCycle: Int, totalCycles: Int?, nextBillingAt: Timestamp?, cancelledAt: Timestamp?, reason: String?
    ) {
        self.id = id
        self.number = number
        self.orderID = orderID
        self.orderNumber = orderNumber
        self.customerNumber = customerNumber
        self.status = status
        self.productName = productName
        self.amount = amount
        self.currency = currency
        self.billingInterval = billingInterval
        self.billingCycle = billingCycle
        self.totalCycles = totalCycles
        self.nextBillingAt = nextBillingAt
        self.cancelledAt = cancelledAt
        self.reason = reason
    }

    enum CodingKeys: String, CodingKey {
        case id, number, status, amount, currency, reason
        case orderID = "order_id"
        case orderNumber = "order_number"
        case customerNumber = "customer_number"
        case productName = "product_name"
        case billingInterval = "billing_interval"
        case billingCycle = "billing_cycle"
        case totalCycles = "total_cycles"
        case nextBillingAt = "next_billing_at"
        case cancelledAt = "cancelled_at"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.id, SubscriptionID.self, "The subscription's id."),
            .required(CodingKeys.number, String.self, "The subscription's number."),
            .required(CodingKeys.orderID, OrderID.self, "The order that it came with."),
            .required(CodingKeys.orderNumber, String.self, "That order's number."),
            .required(CodingKeys.customerNumber, String.self, "The customer's number."),
            .required(CodingKeys.status, String.self, "Its state: active, paused, past_due, cancelled or completed."),
            .required(CodingKeys.productName, String.self, "What was subscribed to."),
            .required(CodingKeys.amount, Int64.self, "What one cycle costs, in minor units."),
            .required(CodingKeys.currency, Currency.self, "The currency of the amount."),
            .required(CodingKeys.billingInterval, String.self, "How often it is charged, such as month."),
            .required(CodingKeys.billingCycle, Int.self, "How often it has been charged."),
            .optional(CodingKeys.totalCycles, Int.self, "After how many charges it ends; none for no end."),
            .optional(CodingKeys.nextBillingAt, Timestamp.self, "When it is charged next."),
            .optional(CodingKeys.cancelledAt, Timestamp.self, "When it was called off."),
            .optional(CodingKeys.reason, String.self, "Why it was called off."),
        ])
    }

    static var example: SubscriptionSnapshot {
        SubscriptionSnapshot(
            id: Examples.subscription, number: "SUB-240528-00003", orderID: Examples.order,
            orderNumber: "ORD-240528-00001", customerNumber: "CUST-240528-00007", status: "active",
            productName: "Starter kit", amount: 5000, currency: .usd, billingInterval: "month", billingCycle: 1,
            totalCycles: 12, nextBillingAt: Examples.updated, cancelledAt: Examples.updated, reason: "too expensive")
    }
}
