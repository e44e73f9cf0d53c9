/// What a person bought and brought back, over all stores. A part of ``CustomerSnapshot``.
public struct SalesSummary: Codable, Hashable, Sendable, SchemaDescribing {
    /// How many purchases.
    public private(set) var purchases: Int64
    /// How many returns.
    public private(set) var returns: Int64
    /// What they come to, one entry a currency, ordered by code.
    public private(set) var totals: [SalesTotal]
    /// When the first purchase happened.
    public private(set) var firstPurchaseAt: Timestamp?
    /// When the last purchase happened.
    public private(set) var lastPurchaseAt: Timestamp?

    /// Nothing bought yet.
    public init() {
        purchases = 0
        returns = 0
        totals = []
    }

    /// Counts one sale.
    public init(type: SaleType, total: Money, occurredAt: Timestamp) {
        self.init()
        if type == .return {
            returns = 1
            totals = [SalesTotal(currency: total.currency, purchased: 0, returned: total.minorUnits)]
        } else {
            purchases = 1
            totals = [SalesTotal(currency: total.currency, purchased: total.minorUnits, returned: 0)]
            firstPurchaseAt = occurredAt
            lastPurchaseAt = occurredAt
        }
    }

    /// Both taken together, as when two people turn out to be one. Counts and amounts stop at the largest number there is.
    public func merged(with other: SalesSummary) -> SalesSummary {
        var sum = self
        sum.purchases = purchases.addingClamped(other.purchases)
        sum.returns = returns.addingClamped(other.returns)
        var byCurrency = Dictionary(uniqueKeysWithValues: totals.map { ($0.currency, $0) })
        for total in other.totals {
            let known = byCurrency[total.currency]
            byCurrency[total.currency] = SalesTotal(
                currency: total.currency, purchased: total.purchased.addingClamped(known?.purchased ?? 0),
                returned: total.returned.addingClamped(known?.returned ?? 0))
        }
        sum.totals = byCurrency.values.sorted { $0.currency.code < $1.currency.code }
        sum.firstPurchaseAt = [firstPurchaseAt, other.firstPurchaseAt].compactMap(\.self).min()
        sum.lastPurchaseAt = [lastPurchaseAt, other.lastPurchaseAt].compactMap(\.self).max()
        return sum
    }

    enum CodingKeys: String, CodingKey {
        case purchases, returns, totals
        case firstPurchaseAt = "first_purchase_at"
        case lastPurchaseAt = "last_purchase_at"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.purchases, Int64.self, "How many purchases."),
            .required(CodingKeys.returns, Int64.self, "How many returns."),
            .required(
                CodingKeys.totals, [SalesTotal].self, "What they come to, one entry a currency, ordered by code."),
            .optional(CodingKeys.firstPurchaseAt, Timestamp.self, "When the first purchase happened."),
            .optional(CodingKeys.lastPurchaseAt, Timestamp.self, "When the last purchase happened."),
        ])
    }

    static var example: SalesSummary {
        let euros = { Money(minorUnits: $0, currency: .eur) }
        return SalesSummary(type: .purchase, total: euros(12_500), occurredAt: Examples.created)
            .merged(with: SalesSummary(type: .return, total: euros(2_500), occurredAt: Examples.updated))
    }
}

/// What purchases and returns in one currency come to, in its minor units.
public struct SalesTotal: Codable, Hashable, Sendable, SchemaDescribing {
    /// The currency.
    public var currency: Currency
    /// What was paid.
    public var purchased: Int64
    /// What was given back.
    public var returned: Int64

    /// Makes a total from its parts.
    public init(currency: Currency, purchased: Int64, returned: Int64) {
        self.currency = currency
        self.purchased = purchased
        self.returned = returned
    }

    enum CodingKeys: String, CodingKey { case currency, purchased, returned }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.currency, Currency.self, "The currency."),
            .required(CodingKeys.purchased, Int64.self, "What was paid."),
            .required(CodingKeys.returned, Int64.self, "What was given back."),
        ])
    }
}

extension Int64 {
    /// The sum, or the largest number there is. For numbers that are not negative.
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
