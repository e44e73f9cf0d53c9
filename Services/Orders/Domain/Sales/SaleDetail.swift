public import FoundationEssentials
public import Schema

/// What a sale consists of beside what it is found by. Amounts are in minor units of the sale's currency.
///
/// Its JSON, which is kept in the database, has the names of the API.
public struct SaleDetail: Codable, Equatable, Sendable {
    public var totalDiscount: Int64
    public var totalTax: Int64?
    public var loyalty: SaleLoyalty?
    public var payments: [SalePayment]?
    public var source: String?
    public var lines: [SaleItem]
    public var metadata: JSONValue?

    public init(
        totalDiscount: Int64, totalTax: Int64?, loyalty: SaleLoyalty?, payments: [SalePayment]?, source: String?,
        lines: [SaleItem], metadata: JSONValue?
    ) {
        self.totalDiscount = totalDiscount
        self.totalTax = totalTax
        self.loyalty = loyalty
        self.payments = payments
        self.source = source
        self.lines = lines
        self.metadata = metadata
    }

    enum CodingKeys: String, CodingKey {
        case loyalty, payments, source, metadata
        case totalDiscount = "total_discount_cents"
        case totalTax = "total_tax_cents"
        case lines = "line_items"
    }
}

/// Goods of one kind.
public struct SaleItem: Codable, Equatable, Sendable {
    public var externalID: String?
    public var product: SaleProduct?
    public var quantity: Decimal
    public var unit: String?
    public var unitPrice: Int64?
    public var total: Int64
    public var discount: Int64?
    public var tax: Int64?

    public init(
        externalID: String?, product: SaleProduct?, quantity: Decimal, unit: String?, unitPrice: Int64?, total: Int64,
        discount: Int64?, tax: Int64?
    ) {
        self.externalID = externalID
        self.product = product
        self.quantity = quantity
        self.unit = unit
        self.unitPrice = unitPrice
        self.total = total
        self.discount = discount
        self.tax = tax
    }

    enum CodingKeys: String, CodingKey {
        case product, quantity, unit
        case externalID = "external_id"
        case unitPrice = "unit_price_cents"
        case total = "total_price_cents"
        case discount = "discount_cents"
        case tax = "tax_cents"
    }
}

/// What was sold, as the retailer calls it.
public struct SaleProduct: Codable, Equatable, Sendable {
    public var externalID: String?
    public var name: String?
    /// An object.
    public var properties: JSONValue?

    public init(externalID: String?, name: String?, properties: JSONValue?) {
        self.externalID = externalID
        self.name = name
        self.properties = properties
    }

    enum CodingKeys: String, CodingKey {
        case name, properties
        case externalID = "external_id"
    }
}

/// What a sale did to the buyer's points.
public struct SaleLoyalty: Codable, Equatable, Sendable {
    public var pointsEarned: Int64?
    public var pointsSpent: Int64?
    public var pointsBalance: Int64?

    public init(pointsEarned: Int64?, pointsSpent: Int64?, pointsBalance: Int64?) {
        self.pointsEarned = pointsEarned
        self.pointsSpent = pointsSpent
        self.pointsBalance = pointsBalance
    }

    enum CodingKeys: String, CodingKey {
        case pointsEarned = "points_earned"
        case pointsSpent = "points_spent"
        case pointsBalance = "points_balance"
    }
}

/// One of the ways in which a sale was paid.
public struct SalePayment: Codable, Equatable, Sendable {
    public var method: String
    public var amount: Int64

    public init(method: String, amount: Int64) {
        self.method = method
        self.amount = amount
    }

    enum CodingKeys: String, CodingKey {
        case method
        case amount = "amount_cents"
    }
}
