import Edge
import Schema

/// A coupon as the API shows it.
struct CouponBody: Encodable, Sendable {
    /// Which operation shows it. What a coupon does not say is documented differently for each.
    enum Occasion: Sendable {
        /// Lists that are not given are empty, flags are false.
        case reading
        /// Lists that are not given are null, flags are false.
        case changing
        /// Both are null.
        case creating
    }

    let coupon: Coupon
    let time: Timestamp
    let occasion: Occasion

    init(_ coupon: Coupon, at time: Timestamp, _ occasion: Occasion = .reading) {
        self.coupon = coupon
        self.time = time
        self.occasion = occasion
    }

    private func list<Element>(_ elements: [Element]?) -> [Element]? {
        occasion == .reading ? elements ?? [] : elements
    }

    private func flag(_ value: Bool?) -> Bool? {
        occasion == .creating ? value : value ?? false
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CouponField.self)
        let terms = coupon.terms
        try fields.encode(terms.code, forKey: .code)
        try fields.encode(terms.name, forKey: .name)
        try fields.encode(terms.description, forKey: .description)
        try fields.encode(terms.type, forKey: .type)
        try fields.encode(terms.isActive, forKey: .isActive)
        try fields.encode(terms.discount.text, forKey: .discountAmount)
        try fields.encode(terms.minimumPurchase?.json, forKey: .minimumPurchase)
        try fields.encode(terms.maximumDiscount?.json, forKey: .maximumDiscount)
        try fields.encode(terms.usageLimit, forKey: .usageLimitPerCoupon)
        try fields.encode(terms.usageLimitPerCustomer, forKey: .usageLimitPerCustomer)
        try fields.encode(coupon.totalUses, forKey: .totalUses)
        try fields.encode(terms.startsAt.map(HealthSuite.isoTime), forKey: .startsAt)
        try fields.encode(terms.expiresAt.map(HealthSuite.isoTime), forKey: .expiresAt)
        try fields.encode(flag(terms.isForIndividualUse), forKey: .individualUseOnly)
        try fields.encode(list(terms.allowedProducts), forKey: .allowedProducts)
        try fields.encode(list(terms.excludedProducts), forKey: .excludedProducts)
        try fields.encode(list(terms.allowedCategories), forKey: .allowedCategories)
        try fields.encode(list(terms.excludedCategories), forKey: .excludedCategories)
        try fields.encode(list(terms.allowedCountries), forKey: .allowedCountries)
        try fields.encode(list(terms.excludedCountries), forKey: .excludedCountries)
        try fields.encode(list(terms.allowedEmails), forKey: .allowedEmails)
        try fields.encode(flag(terms.isForFirstOrder), forKey: .firstTimeCustomerOnly)
        try fields.encode(coupon.isValid(at: time), forKey: .isValid)
        try fields.encode(coupon.isExpired(at: time), forKey: .isExpired)
        try fields.encode(coupon.hasReachedUsageLimit, forKey: .hasReachedUsageLimit)
        try fields.encodeNil(forKey: .provider)
        try fields.encode(HealthSuite.isoTime(coupon.createdAt), forKey: .createdAt)
        try fields.encode(HealthSuite.isoTime(coupon.updatedAt), forKey: .updatedAt)
    }
}

/// What `POST /v1/coupons/{code}/validate` answers, beside the coupon: see ``CouponVerdicts``.
struct CouponVerdictBody: Encodable, Sendable {
    let success = true
    let isValid: Bool
    let discountAmount: JSONValue
    let validationErrors: [String]

    enum CodingKeys: String, CodingKey {
        case success
        case isValid = "is_valid"
        case discountAmount = "discount_amount"
        case validationErrors = "validation_errors"
    }
}

extension CouponAmount {
    /// The amount as a JSON number.
    fileprivate var json: JSONValue? { JSONNumber(shortText).map { .number($0) } }
}
