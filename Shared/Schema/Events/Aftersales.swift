/// What has become of an order since it was sold: what came back, what was paid back, what was sent. All amounts are minor
/// units of the order's currency.
public struct Aftersales: Codable, Hashable, Sendable, SchemaDescribing {
    /// What the buyer returns, the first first.
    public var returns: [ItemReturn]
    /// What was paid back, the first first.
    public var refunds: [OrderRefund]
    /// What was sent, the first first.
    public var shipments: [Shipment]

    /// Makes it from its parts.
    public init(returns: [ItemReturn] = [], refunds: [OrderRefund] = [], shipments: [Shipment] = []) {
        self.returns = returns
        self.refunds = refunds
        self.shipments = shipments
    }

    /// Whether nothing has happened.
    public var isEmpty: Bool { returns.isEmpty && refunds.isEmpty && shipments.isEmpty }

    enum CodingKeys: String, CodingKey { case returns, refunds, shipments }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.returns, [ItemReturn].self, "What the buyer returns, the first first."),
            .required(CodingKeys.refunds, [OrderRefund].self, "What was paid back, the first first."),
            .required(CodingKeys.shipments, [Shipment].self, "What was sent, the first first."),
        ])
    }

    static var example: Aftersales {
        Aftersales(
            returns: [
                ItemReturn(
                    itemID: 1001, childItemID: 1_001_001, quantity: 1, reason: "product_defective",
                    createdAt: Examples.updated)
            ],
            refunds: [
                OrderRefund(
                    id: 1001, refundID: Examples.refund, transactionNumber: "TXN-240528-00003", amount: 1500,
                    shipping: 500,
                    items: [RefundedItem(itemID: 1001, childItemID: 1_001_001, quantity: 1, amount: 1000)],
                    status: .completed,
                    reason: "product_defective", actor: Examples.payer, createdAt: Examples.updated)
            ],
            shipments: [
                Shipment(
                    referenceID: "ORD-240528-00001", status: .shipped, trackingNumber: "1Z999",
                    trackingURL: "https://carrier.example/1Z999", carrier: "UPS", updatedAt: Examples.updated)
            ])
    }
}

/// Pieces of an item that the buyer sends back.
public struct ItemReturn: Codable, Hashable, Sendable, SchemaDescribing {
    /// The item's number, see ``SoldItem/id``.
    public var itemID: Int64
    /// The number of the part of a bundle; nil for the whole item.
    public var childItemID: Int64?
    /// How many pieces.
    public var quantity: Int
    /// Why, a word of the brand's list.
    public var reason: String
    /// When it was announced.
    public var createdAt: Timestamp

    /// Makes a return from its parts.
    public init(itemID: Int64, childItemID: Int64?, quantity: Int, reason: String, createdAt: Timestamp) {
        self.itemID = itemID
        self.childItemID = childItemID
        self.quantity = quantity
        self.reason = reason
        self.createdAt = createdAt
    }

    enum CodingKeys: String, CodingKey {
        case quantity, reason
        case itemID = "item_id"
        case childItemID = "child_item_id"
        case createdAt = "created_at"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.itemID, Int64.self, "The item's number."),
            .optional(CodingKeys.childItemID, Int64.self, "The number of the part of a bundle."),
            .required(CodingKeys.quantity, Int.self, "How many pieces."),
            .required(CodingKeys.reason, String.self, "Why, a word of the brand's list."),
            .required(CodingKeys.createdAt, Timestamp.self, "When it was announced."),
        ])
    }
}
