import Edge
import Schema

/// The body of `POST /v1/coupons` and `PUT /v1/coupons/{code}`. Amounts are decimals of the major unit.
struct CouponRequest: Decodable, Sendable {
    private let code, name, type: Change<String>
    private let description: Change<String>
    private let discountAmount, minimumPurchase, maximumDiscount: Change<DecimalText>
    private let isActive, individualUseOnly, firstTimeCustomerOnly: Change<Bool>
    private let usageLimitPerCoupon, usageLimitPerCustomer: Change<Int64>
    private let startsAt, expiresAt: Change<String>
    private let allowedProducts, excludedProducts, allowedCategories, excludedCategories: Change<ListText<Int64>>
    private let allowedCountries, excludedCountries, allowedEmails: Change<ListText<String>>
    private let buyProduct, freeProduct: Change<Int64>
    private let buyQuantity, freeQuantity: Change<Int>
    private let metadata: Change<MetadataText>

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CouponField.self)
        code = try fields.change(.code)
        name = try fields.change(.name)
        type = try fields.change(.type)
        description = try fields.change(.description)
        discountAmount = try fields.change(.discountAmount)
        minimumPurchase = try fields.change(.minimumPurchase)
        maximumDiscount = try fields.change(.maximumDiscount)
        isActive = try fields.change(.isActive)
        individualUseOnly = try fields.change(.individualUseOnly)
        firstTimeCustomerOnly = try fields.change(.firstTimeCustomerOnly)
        usageLimitPerCoupon = try fields.change(.usageLimitPerCoupon)
        usageLimitPerCustomer = try fields.change(.usageLimitPerCustomer)
        startsAt = try fields.change(.startsAt)
        expiresAt = try fields.change(.expiresAt)
        allowedProducts = try fields.change(.allowedProducts)
        excludedProducts = try fields.change(.excludedProducts)
        allowedCategories = try fields.change(.allowedCategories)
        excludedCategories = try fields.change(.excludedCategories)
        allowedCountries = try fields.change(.allowedCountries)
        excludedCountries = try fields.change(.excludedCountries)
        allowedEmails = try fields.change(.allowedEmails)
        buyProduct = try fields.change(.buyProductID)
        freeProduct = try fields.change(.freeProductID)
        buyQuantity = try fields.change(.buyQuantity)
        freeQuantity = try fields.change(.freeQuantity)
        metadata = try fields.change(.metadata)
    }

    /// The terms of a new coupon, or those of an old one with what the body changes.
    ///
    /// What the body leaves out stays as it is; what it sets to null or to an empty text is taken away.
    func terms(changing old: CouponTerms? = nil) throws(RequestError) -> CouponTerms {
        var terms = old ?? CouponTerms()
        var validation = Validation()
        readMain(&terms, isNew: old == nil, &validation)
        readLimits(&terms, &validation)
        readLists(&terms, &validation)
        readOffer(&terms, &validation)
        metadata.apply(to: &terms.metadata) { validation.metadata($0.value) }
        Self.check(terms, &validation)
        try validation.check()
        return terms
    }
}

/// What a body says of a field.
private enum Change<Value: Decodable & Sendable>: Sendable {
    /// Nothing: it stays as it is.
    case none
    /// null, or an empty text.
    case clear
    case set(Value)

    var value: Value? {
        if case .set(let value) = self { value } else { nil }
    }

    var isGiven: Bool {
        if case .none = self { false } else { true }
    }

    func apply<Target>(to target: inout Target?, _ make: (Value) -> Target?) {
        if isGiven { target = value.flatMap(make) }
    }
}

extension KeyedDecodingContainer where Key == CouponField {
    fileprivate func change<Value>(_ key: Key) throws -> Change<Value> {
        guard contains(key) else { return .none }
        return try decodeIfPresent(Value.self, forKey: key).map { .set($0) } ?? .clear
    }
}

/// The fields of a coupon as the API names them.
enum CouponField: String, CodingKey {
    case code, name, type, description, metadata
    case discountAmount = "discount_amount"
    case isActive = "is_active"
    case minimumPurchase = "minimum_purchase"
    case maximumDiscount = "maximum_discount"
    case usageLimitPerCoupon = "usage_limit_per_coupon"
    case usageLimitPerCustomer = "usage_limit_per_customer"
    case totalUses = "total_uses"
    case startsAt = "starts_at"
    case expiresAt = "expires_at"
    case individualUseOnly = "individual_use_only"
    case firstTimeCustomerOnly = "first_time_customer_only"
    case allowedProducts = "allowed_products"
    case excludedProducts = "excluded_products"
    case allowedCategories = "allowed_categories"
    case excludedCategories = "excluded_categories"
    case allowedCountries = "allowed_countries"
    case excludedCountries = "excluded_countries"
    case allowedEmails = "allowed_emails"
    case buyProductID = "buy_product_id"
    case freeProductID = "free_product_id"
    case buyQuantity = "buy_quantity"
    case freeQuantity = "free_quantity"
    case isValid = "is_valid"
    case isExpired = "is_expired"
    case hasReachedUsageLimit = "has_reached_usage_limit"
    case provider
    case createdAt = "created_at"
    case updatedAt = "updated_at"
}

extension CouponRequest {
    private func readMain(_ terms: inout CouponTerms, isNew: Bool, _ validation: inout Validation) {
        if isNew || code.isGiven { terms.code = validation.required(code.value, "code") }
        if isNew || name.isGiven { terms.name = validation.required(name.value, "name") }
        if isNew || type.isGiven {
            let text = validation.required(type.value, "type")
            if let type = CouponType(rawValue: text) {
                terms.type = type
            } else if !text.isEmpty {
                let known = CouponType.allCases.map(\.rawValue).joined(separator: ", ")
                validation.fail(["type"], "invalid_choice", "This must be one of: \(known).")
            }
        }
        if isNew || discountAmount.isGiven {
            terms.discount = validation.couponAmount(discountAmount.value, "discount_amount") ?? .zero
        }
        terms.isActive = isActive.value ?? terms.isActive
        description.apply(to: &terms.description) { validation.optional($0, "description", maximum: 5_000) }
    }

    private func readLimits(_ terms: inout CouponTerms, _ validation: inout Validation) {
        minimumPurchase.apply(to: &terms.minimumPurchase) { validation.couponAmount($0, "minimum_purchase") }
        maximumDiscount.apply(to: &terms.maximumDiscount) { validation.couponAmount($0, "maximum_discount") }
        let uses: ClosedRange<Int64> = 1...1_000_000_000
        usageLimitPerCoupon.apply(to: &terms.usageLimit) {
            validation.integer($0, in: uses, "usage_limit_per_coupon")
        }
        usageLimitPerCustomer.apply(to: &terms.usageLimitPerCustomer) {
            validation.integer($0, in: uses, "usage_limit_per_customer")
        }
        startsAt.apply(to: &terms.startsAt) { validation.time($0, "starts_at") }
        expiresAt.apply(to: &terms.expiresAt) { validation.time($0, "expires_at") }
        individualUseOnly.apply(to: &terms.isForIndividualUse) { $0 }
        firstTimeCustomerOnly.apply(to: &terms.isForFirstOrder) { $0 }
    }

    private func readLists(_ terms: inout CouponTerms, _ validation: inout Validation) {
        func isCountry(_ code: String) -> Bool { code.utf8.count == 2 && code.allSatisfy(\.isLetter) }
        allowedProducts.apply(to: &terms.allowedProducts) { validation.list($0, "allowed_products") }
        excludedProducts.apply(to: &terms.excludedProducts) { validation.list($0, "excluded_products") }
        allowedCategories.apply(to: &terms.allowedCategories) { validation.list($0, "allowed_categories") }
        excludedCategories.apply(to: &terms.excludedCategories) { validation.list($0, "excluded_categories") }
        allowedCountries.apply(to: &terms.allowedCountries) {
            validation.list($0, "allowed_countries", isGood: isCountry).map { $0.uppercased() }
        }
        excludedCountries.apply(to: &terms.excludedCountries) {
            validation.list($0, "excluded_countries", isGood: isCountry).map { $0.uppercased() }
        }
        allowedEmails.apply(to: &terms.allowedEmails) {
            validation.list($0, "allowed_emails") { $0.contains("@") }.map { $0.lowercased() }
        }
    }

    private func readOffer(_ terms: inout CouponTerms, _ validation: inout Validation) {
        let pieces = 1...1_000_000
        buyProduct.apply(to: &terms.buyProduct) { $0 }
        freeProduct.apply(to: &terms.freeProduct) { $0 }
        buyQuantity.apply(to: &terms.buyQuantity) { validation.integer($0, in: pieces, "buy_quantity") }
        freeQuantity.apply(to: &terms.freeQuantity) { validation.integer($0, in: pieces, "free_quantity") }
    }

    /// What no single field can tell.
    private static func check(_ terms: CouponTerms, _ validation: inout Validation) {
        if terms.type == .percentage, terms.discount.scaled > 100 * CouponAmount.scale {
            validation.fail(["discount_amount"], "out_of_range", "This must be at most 100 for a percentage.")
        }
        if let start = terms.startsAt, let end = terms.expiresAt, end <= start {
            validation.fail(["expires_at"], "out_of_range", "This must be after starts_at.")
        }
        guard terms.type == .buyXGetY else { return }
        if terms.buyProduct == nil { validation.fail(["buy_product_id"], "required", "This field is required.") }
        if terms.freeProduct == nil { validation.fail(["free_product_id"], "required", "This field is required.") }
    }
}

/// Metadata as an object or, in a form, as its JSON text.
private struct MetadataText: Decodable, Sendable {
    let value: JSONValue

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let value = try container.decode(JSONValue.self)
        if case .string(let text) = value, let parsed = try? JSONValue(parsing: Array(text.utf8), maximumDepth: 16) {
            self.value = parsed
        } else {
            self.value = value
        }
    }
}

extension Validation {
    /// A day or an ISO 8601 time; one without an offset is UTC, as a day is.
    fileprivate mutating func time(_ text: String, _ field: String) -> Timestamp? {
        let readings = [text, text + "Z", text + ":00Z"]
        return timestamp(readings.first { Timestamp(rfc3339: $0) != nil } ?? text, field)
    }

    /// A coupon's amount: zero or more.
    fileprivate mutating func couponAmount(_ decimal: DecimalText?, _ field: String) -> CouponAmount? {
        guard let decimal else {
            fail([field], "required", "This field is required.")
            return nil
        }
        guard let amount = CouponAmount(decimal.text) else {
            fail([field], "invalid_amount", "This must be an amount of zero or more, such as 12.50.")
            return nil
        }
        return amount
    }

    /// A list of what a coupon allows or excludes.
    fileprivate mutating func list<Element>(
        _ list: ListText<Element>, _ field: String, isGood: (Element) -> Bool = { _ in true }
    ) -> [Element] {
        let longest = 1_000
        if list.elements.count > longest {
            fail([field], "too_many", "This must have at most \(longest) entries.")
        } else if !list.elements.allSatisfy(isGood) {
            fail([field], "invalid", "This has an entry that is not valid.")
        }
        return list.elements
    }
}
