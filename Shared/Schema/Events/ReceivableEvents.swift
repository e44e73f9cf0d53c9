/// An order's amount is owed.
public struct ReceivableRecorded: DescribedEvent {
    public static let name = "receivable_recorded"
    public static let version = 1
    public static let topic = Topic.paymentsEvents
    public static let summary = "An order's amount is owed."

    /// The receivable's id.
    public var receivableID: ID<Receivable>
    /// The order it is owed for.
    public var orderID: ID<Order>
    /// What is owed, in minor units.
    public var amount: Int64
    /// The currency of the amount.
    public var currency: Currency

    /// Makes the event; the amount is in minor units.
    public init(receivableID: ID<Receivable>, orderID: ID<Order>, amount: Int64, currency: Currency) {
        self.receivableID = receivableID
        self.orderID = orderID
        self.amount = amount
        self.currency = currency
    }

    enum CodingKeys: String, CodingKey {
        case amount, currency
        case receivableID = "receivable_id"
        case orderID = "order_id"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.receivableID, ID<Receivable>.self, "The receivable's id."),
            .required(CodingKeys.orderID, ID<Order>.self, "The order it is owed for."),
            .required(CodingKeys.amount, Int64.self, "What is owed, in minor units."),
            .required(CodingKeys.currency, Currency.self, "The currency of the amount."),
        ])
    }

    public static var example: ReceivableRecorded {
        ReceivableRecorded(
            receivableID: Examples.receivable, orderID: Examples.order, amount: 1_249_900, currency: .eur)
    }
}

/// An order's amount is owed no more, since the order was called off.
public struct ReceivableVoided: DescribedEvent {
    public static let name = "receivable_voided"
    public static let version = 1
    public static let topic = Topic.paymentsEvents
    public static let summary = "An order's amount is owed no more, since the order was called off."

    /// The receivable's id.
    public var receivableID: ID<Receivable>
    /// The order it was owed for.
    public var orderID: ID<Order>
    /// What was owed, in minor units.
    public var amount: Int64
    /// The currency of the amount.
    public var currency: Currency

    /// Makes the event; the amount is in minor units.
    public init(receivableID: ID<Receivable>, orderID: ID<Order>, amount: Int64, currency: Currency) {
        self.receivableID = receivableID
        self.orderID = orderID
        self.amount = amount
        self.currency = currency
    }

    enum CodingKeys: String, CodingKey {
        case amount, currency
        case receivableID = "receivable_id"
        case orderID = "order_id"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.receivableID, ID<Receivable>.self, "The receivable's id."),
            .required(CodingKeys.orderID, ID<Order>.self, "The order it was owed for."),
            .required(CodingKeys.amount, Int64.self, "What was owed, in minor units."),
            .required(CodingKeys.currency, Currency.self, "The currency of the amount."),
        ])
    }

    public static var example: ReceivableVoided {
        ReceivableVoided(
            receivableID: Examples.receivable, orderID: Examples.order, amount: 1_249_900, currency: .eur)
    }
}
