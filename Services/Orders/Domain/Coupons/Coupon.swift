import Schema

/// A code that takes something off an order.
struct Coupon: Equatable, Sendable {
    let id: Int64
    var terms: CouponTerms
    /// How often it was used.
    let totalUses: Int64
    let createdAt: Timestamp
    var updatedAt: Timestamp

    func isExpired(at time: Timestamp) -> Bool { terms.expiresAt.map { $0 <= time } ?? false }

    var hasReachedUsageLimit: Bool { terms.usageLimit.map { totalUses >= $0 } ?? false }

    /// Whether it can be used by anyone at all.
    func isValid(at time: Timestamp) -> Bool { standingRefusals(at: time).isEmpty }

    /// What speaks against using it, whoever asks.
    func standingRefusals(at time: Timestamp) -> [CouponRefusal] {
        var refusals: [CouponRefusal] = []
        if !terms.isActive { refusals.append(.inactive) }
        if let start = terms.startsAt, time < start { refusals.append(.notStarted) }
        if isExpired(at: time) { refusals.append(.expired) }
        if hasReachedUsageLimit { refusals.append(.usageLimitReached) }
        return refusals
    }
}

/// How a coupon's discount is found.
enum CouponType: String, CaseIterable, Codable, Sendable {
    /// So much of a hundred.
    case percentage
    /// So much money.
    case fixedAmount = "fixed_amount"
    /// What shipping costs.
    case freeShipping = "free_shipping"
    /// The price of some pieces, when others are bought.
    case buyXGetY = "buy_x_get_y"
    /// Whatever the price is above a fixed one.
    case fixedPrice = "fixed_price"
}

/// All that a coupon says. A restriction that is not given, or an empty list, restricts nothing.
struct CouponTerms: Equatable, Codable, Sendable {
    var code = ""
    var name = ""
    var description: String?
    var type = CouponType.percentage
    var isActive = true
    /// A percentage, an amount or a price, by the type.
    var discount = CouponAmount.zero
    var minimumPurchase: CouponAmount?
    var maximumDiscount: CouponAmount?
    var usageLimit: Int64?
    var usageLimitPerCustomer: Int64?
    var startsAt: Timestamp?
    var expiresAt: Timestamp?
    /// Orders take one coupon only, so that this holds for all.
    var isForIndividualUse: Bool?
    var isForFirstOrder: Bool?
    /// Numbers of campaign products.
    var allowedProducts: [Int64]?
    var excludedProducts: [Int64]?
    var allowedCategories: [Int64]?
    var excludedCategories: [Int64]?
    /// ISO 3166 codes in upper case.
    var allowedCountries: [String]?
    var excludedCountries: [String]?
    /// In lower case.
    var allowedEmails: [String]?
    var buyProduct: Int64?
    var freeProduct: Int64?
    var buyQuantity: Int?
    var freeQuantity: Int?
    var metadata: JSONValue?
}
