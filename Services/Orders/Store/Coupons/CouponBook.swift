import Edge
import Messaging
import Postgres
import Schema

/// The account's coupons, and the only way to use them.
struct CouponBook: CouponRedeeming {
    let store: CouponStore
    private let use: CouponUse

    init(database: PostgresDatabase) {
        store = CouponStore(database: database)
        use = CouponUse(database: database)
    }

    /// Changes a coupon.
    ///
    /// - Parameter change: Makes the new terms of the old ones.
    /// - Returns: nil if there is no such coupon.
    func update(
        _ code: String, of account: AccountID, in transaction: Transaction,
        _ change: (CouponTerms) throws -> CouponTerms
    ) async throws -> Coupon? {
        guard var coupon = try await store.lock(code, of: account, in: transaction) else { return nil }
        coupon.terms = try change(coupon.terms)
        coupon.updatedAt = max(.now(), coupon.updatedAt)
        try store.update(coupon, of: account, in: transaction)
        return coupon
    }

    /// Judges a coupon for a cart without using it.
    ///
    /// - Returns: The coupon, what it would take off, and what speaks against it; nil if there is no such coupon.
    func validate(
        _ code: String, for context: CouponContext, of account: AccountID
    ) async throws -> (coupon: Coupon, discount: Int64, refusals: [CouponRefusal])? {
        guard let candidate = try await use.candidate(code, email: context.email, of: account) else { return nil }
        let coupon = candidate.coupon
        let refusals = coupon.refusals(for: context, by: candidate.standing, at: .now())
        var context = context
        if coupon.terms.type == .buyXGetY, refusals.isEmpty, let product = coupon.terms.freeProduct {
            let price = try await use.price(ofProduct: product, of: account)
            context.campaignPrices[product] = try? price.map { price in
                try Money(campaignPrice: price, currency: context.currency).minorUnits
            }
        }
        return (coupon, refusals.isEmpty ? coupon.discount(for: context) : 0, refusals)
    }

    func redeem(_ code: String, for cart: CouponCart, in transaction: Transaction) async throws -> Int64 {
        // What the order has used before, this coupon or another, is given back first.
        use.release(cart.orderID, of: cart.account, in: transaction)
        let candidate = try await use.candidate(code, customer: cart.customerID, of: cart.account, in: transaction)
        guard let candidate else { throw CouponRefusal.unknown.requestError }
        let coupon = candidate.coupon
        let needsCategories = coupon.terms.allowedCategories ?? [] != [] || coupon.terms.excludedCategories ?? [] != []
        let categories =
            needsCategories
            ? try await use.categories(of: cart.campaignInternalID, account: cart.account, in: transaction) : [:]
        let context = CouponContext(cart, categories: categories, email: candidate.email)
        if let refusal = coupon.refusals(for: context, by: candidate.standing, at: .now()).first {
            throw refusal.requestError
        }
        let discount = coupon.discount(for: context)
        use.record(coupon, for: cart, discount: discount, in: transaction)
        return discount
    }

    /// Takes an order's use of a coupon back, unless the order was paid.
    func releaseIfUnpaid(_ order: OrderID, of account: AccountID, in transaction: Transaction) {
        use.lock(order, of: account, in: transaction)
        use.release(order, of: account, isPaidKept: true, in: transaction)
    }
}

extension CouponContext {
    fileprivate init(_ cart: CouponCart, categories: [Int64: Int64], email: String?) {
        self.init(
            currency: cart.currency, subtotal: cart.subtotal, shipping: cart.shipping,
            lines: cart.items.map { item in
                Line(
                    product: item.productNumber, category: categories[item.productNumber], quantity: item.quantity,
                    unitPrice: item.unitPrice)
            },
            country: cart.country, email: email)
    }
}

extension CouponRefusal {
    /// The refusal as a fault of the checkout's `coupon_code`.
    var requestError: RequestError { .invalid("coupon_code", message) }
}
