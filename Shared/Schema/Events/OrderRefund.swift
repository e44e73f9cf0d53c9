/// Money that goes back to the buyer by one charge.
public struct OrderRefund: Codable, Hashable, Sendable, SchemaDescribing {
    /// The refund's number, unique in the account.
    public var id: Int64
    /// The refund's transaction.
    public var refundID: TransactionID
    /// The number of the charge it gives back from.
    public var transactionNumber: String?
    /// All that goes back, shipping included.
    public var amount: Int64
    /// The part of it that is for shipping.
    public var shipping: Int64
    /// The items that it is for; none when it is just an amount.
    public var items: [RefundedItem]
    /// Whether it has come to anything.
    public var status: OrderRefundStatus
    /// Why, a word of the brand API's list, or the words of who gave it.
    public var reason: String
    /// Who gave it, where the API tells; personal data, sealed.
    public var actor: Sealed<String>?
    /// When it was asked for.
    public var createdAt: Timestamp

    /// Makes a refund from its parts.
    public init(
        id: Int64, refundID: TransactionID, transactionNumber: String?, amount: Int64, shipping: Int64,
        items: [RefundedItem], status: OrderRefundStatus, reason: String, actor: Sealed<String>?, createdAt: Timestamp
    ) {
        self.id = id
        self.refundID = refundID
        self.transactionNumber = transactionNumber
        self.amount = amount
        self.shipping = shipping
        self.items = items
        self.status = status
        self.reason = reason
        self.actor = actor
        self.createdAt = createdAt
    }

    enum CodingKeys: String, CodingKey {
        case id, amount, shipping, items, status, reason, actor
        case refundID = "refund_id"
        case transactionNumber = "transaction_number"
        case createdAt = "created_at"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.id, Int64.self, "The refund's number, unique in the account."),
            .required(CodingKeys.refundID, TransactionID.self, "The refund's transaction."),
            .optional(CodingKeys.transactionNumber, String.self, "The number of the charge it gives back from."),
            .required(CodingKeys.amount, Int64.self, "All that goes back, shipping included."),
            .required(CodingKeys.shipping, Int64.self, "The part of it that is for shipping."),
            .required(CodingKeys.items, [RefundedItem].self, "The items that it is for."),
            .required(CodingKeys.status, OrderRefundStatus.self, "Whether it has come to anything."),
            .required(CodingKeys.reason, String.self, "Why it was given."),
            .optional(CodingKeys.actor, Sealed<String>.self, "Who gave it; personal data, sealed."),
            .required(CodingKeys.createdAt, Timestamp.self, "When it was asked for."),
        ])
    }
}

/// What a refund has come to.
public struct OrderRefundStatus: ExtensibleEnum {
    /// The name in JSON.
    public let rawValue: String
    /// Takes any name, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It was asked for.
    public static let new = OrderRefundStatus(rawValue: "new")
    /// The money went back.
    public static let completed = OrderRefundStatus(rawValue: "completed")
    /// The gateway refused it.
    public static let failed = OrderRefundStatus(rawValue: "failed")

    /// The names known today.
    public static let allKnown: [OrderRefundStatus] = [.new, .completed, .failed]
}

/// What a refund gives back for an item.
public struct RefundedItem: Codable, Hashable, Sendable, SchemaDescribing {
    /// The item's number, see ``SoldItem/id``.
    public var itemID: Int64
    /// The number of the part of a bundle; nil for the whole item.
    public var childItemID: Int64?
    /// How many pieces it is for.
    public var quantity: Int
    /// How much.
    public var amount: Int64

    /// Makes it from its parts.
    public init(itemID: Int64, childItemID: Int64? = nil, quantity: Int, amount: Int64) {
        self.itemID = itemID
        self.childItemID = childItemID
        self.quantity = quantity
        self.amount = amount
    }

    enum CodingKeys: String, CodingKey {
        case quantity, amount
        case itemID = "item_id"
        case childItemID = "child_item_id"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.itemID, Int64.self, "The item's number."),
            .optional(CodingKeys.childItemID, Int64.self, "The number of the part of a bundle."),
            .required(CodingKeys.quantity, Int.self, "How many pieces it is for."),
            .required(CodingKeys.amount, Int64.self, "How much."),
        ])
    }
}
