public import FoundationEssentials

/// A point of sale reported a purchase or a return.
public struct SaleRecorded: DescribedEvent {
    public static let name = "sale_recorded"
    public static let version = 1
    public static let topic = Topic.ordersEvents
    public static let summary = "A point of sale reported a purchase or a return."

    /// What was sold or brought back.
    public var sale: SaleSnapshot

    /// Makes the event.
    public init(sale: SaleSnapshot) { self.sale = sale }

    enum CodingKeys: String, CodingKey { case sale }

    public static var schema: JSONSchema {
        .object([.required(CodingKeys.sale, SaleSnapshot.self, "What was sold or brought back.")])
    }

    public static var example: SaleRecorded { SaleRecorded(sale: .example) }
}

/// Which way goods and money went.
public struct SaleType: ExtensibleEnum {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The customer paid and took the goods.
    public static let purchase = SaleType(rawValue: "purchase")
    /// The customer brought goods back.
    public static let `return` = SaleType(rawValue: "return")

    public static let allKnown = [purchase, `return`]
}

/// A purchase or a return, as its event carries it: without what the retailer attached for itself.
public struct SaleSnapshot: Codable, Hashable, Sendable, SchemaDescribing {
    /// The sale's id.
    public var id: SalesEventID
    /// The retailer's own id of the sale, unique in the account.
    public var externalID: String?
    /// Purchase or return.
    public var type: SaleType
    /// When it happened at the till.
    public var occurredAt: Timestamp
    /// Where.
    public var storeID: StoreID
    /// The retailer's own id of the store.
    public var storeExternalID: String
    /// Who, unless the buyer is unknown.
    public var customerID: CustomerID?
    /// What was paid or given back, after discounts. Never negative.
    public var total: Money
    /// The discounts in it, in minor units.
    public var totalDiscount: Int64
    /// The tax in it, in minor units, where it was said.
    public var totalTax: Int64?
    /// The goods.
    public var lines: [SaleLine]
    /// The system that reported it.
    public var source: String?
    /// When it was recorded here.
    public var createdAt: Timestamp

    /// Makes a snapshot from its parts.
    public init(
        id: SalesEventID, externalID: String?, type: SaleType, occurredAt: Timestamp, storeID: StoreID,
        storeExternalID: String, customerID: CustomerID?, total: Money, totalDiscount: Int64, totalTax: Int64?,
        lines: [SaleLine], source: String?, createdAt: Timestamp
    ) {
        self.id = id
        self.externalID = externalID
        self.type = type
        self.occurredAt = occurredAt
        self.storeID = storeID
        self.storeExternalID = storeExternalID
        self.customerID = customerID
        self.total = total
        self.totalDiscount = totalDiscount
        self.totalTax = totalTax
        self.lines = lines
        self.source = source
        self.createdAt = createdAt
    }

    enum CodingKeys: String, CodingKey {
        case id, type, total, lines, source
        case externalID = "external_id"
        case occurredAt = "occurred_at"
        case storeID = "store_id"
        case storeExternalID = "store_external_id"
        case customerID = "customer_id"
        case totalDiscount = "total_discount"
        case totalTax = "total_tax"
        case createdAt = "created_at"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.id, SalesEventID.self, "The sale's id."),
            .optional(CodingKeys.externalID, String.self, "The retailer's own id of the sale, unique in the account."),
            .required(CodingKeys.type, SaleType.self, "Purchase or return."),
            .required(CodingKeys.occurredAt, Timestamp.self, "When it happened at the till."),
            .required(CodingKeys.storeID, StoreID.self, "Where."),
            .required(CodingKeys.storeExternalID, String.self, "The retailer's own id of the store."),
            .optional(CodingKeys.customerID, CustomerID.self, "Who, unless the buyer is unknown."),
            .required(
                CodingKeys.total, Money.self, "What was paid or given back, after discounts. Never negative."),
            .required(CodingKeys.totalDiscount, Int64.self, "The discounts in it, in minor units."),
            .optional(CodingKeys.totalTax, Int64.self, "The tax in it, in minor units, where it was said."),
            .required(CodingKeys.lines, [SaleLine].self, "The goods."),
            .optional(CodingKeys.source, String.self, "The system that reported it."),
            .required(CodingKeys.createdAt, Timestamp.self, "When it was recorded here."),
        ])
    }

    static var example: SaleSnapshot {
        SaleSnapshot(
            id: Examples.salesEvent, externalID: "TICKET-001234:PURCHASE", type: .purchase,
            occurredAt: Examples.created, storeID: Examples.store, storeExternalID: "paris-rivoli-01",
            customerID: Examples.customer, total: Money(minorUnits: 12_500, currency: .eur), totalDiscount: 0,
            totalTax: 2_083,
            lines: [
                SaleLine(
                    externalID: "LINE-001", productExternalID: "SKU-12345", productName: "White T-shirt M",
                    quantity: 2, unit: "piece", unitPrice: 5_000, total: 10_000, discount: 0, tax: 1_667)
            ], source: "POS v3", createdAt: Examples.updated)
    }
}

/// Goods of one kind in a sale. Amounts are in minor units of the sale's currency.
public struct SaleLine: Codable, Hashable, Sendable, SchemaDescribing {
    /// The retailer's own id of the line.
    public var externalID: String?
    /// The retailer's own id of the product.
    public var productExternalID: String?
    /// What it is called.
    public var productName: String?
    /// How much of it.
    public var quantity: Decimal
    /// What the quantity counts: pieces, kilograms …
    public var unit: String?
    /// The price of one unit.
    public var unitPrice: Int64?
    /// The price of the line.
    public var total: Int64
    /// The discount in it.
    public var discount: Int64?
    /// The tax in it.
    public var tax: Int64?

    /// Makes a line from its parts.
    public init(
        externalID: String?, productExternalID: String?, productName: String?, quantity: Decimal, unit: String?,
        unitPrice: Int64?, total: Int64, discount: Int64?, tax: Int64?
    ) {
        self.externalID = externalID
        self.productExternalID = productExternalID
        self.productName = productName
        self.quantity = quantity
        self.unit = unit
        self.unitPrice = unitPrice
        self.total = total
        self.discount = discount
        self.tax = tax
    }

    enum CodingKeys: String, CodingKey {
        case quantity, unit, total, discount, tax
        case externalID = "external_id"
        case productExternalID = "product_external_id"
        case productName = "product_name"
        case unitPrice = "unit_price"
    }

    public static var schema: JSONSchema {
        .object([
            .optional(CodingKeys.externalID, String.self, "The retailer's own id of the line."),
            .optional(CodingKeys.productExternalID, String.self, "The retailer's own id of the product."),
            .optional(CodingKeys.productName, String.self, "What it is called."),
            .required(CodingKeys.quantity, Decimal.self, "How much of it."),
            .optional(CodingKeys.unit, String.self, "What the quantity counts: pieces, kilograms …"),
            .optional(CodingKeys.unitPrice, Int64.self, "The price of one unit."),
            .required(CodingKeys.total, Int64.self, "The price of the line."),
            .optional(CodingKeys.discount, Int64.self, "The discount in it."),
            .optional(CodingKeys.tax, Int64.self, "The tax in it."),
        ])
    }
}
