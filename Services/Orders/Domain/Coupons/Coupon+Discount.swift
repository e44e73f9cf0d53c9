import Schema

extension Coupon {
    /// Everything that speaks against using the coupon for a cart; empty if it can be used.
    func refusals(for cart: CouponContext, by customer: CouponStanding, at time: Timestamp) -> [CouponRefusal] {
        standingRefusals(at: time) + customerRefusals(for: cart, by: customer) + cartRefusals(for: cart)
    }

    /// What the coupon takes off a cart that it can be used for, in minor units of the cart's currency.
    ///
    /// Halves of a minor unit are rounded up. It is never more than the price of what it is for.
    func discount(for cart: CouponContext) -> Int64 {
        let price = eligiblePrice(of: cart)
        let wanted: Int64 =
            switch terms.type {
            case .percentage: terms.discount.percent(of: price)
            case .fixedAmount: min(terms.discount.minorUnits(of: cart.currency), price)
            case .freeShipping: cart.shipping
            case .buyXGetY: freePrice(of: cart)
            case .fixedPrice: max(0, price - terms.discount.minorUnits(of: cart.currency))
            }
        guard let maximum = terms.maximumDiscount else { return wanted }
        return min(wanted, maximum.minorUnits(of: cart.currency))
    }

    // MARK: Restrictions

    private func customerRefusals(for cart: CouponContext, by customer: CouponStanding) -> [CouponRefusal] {
        var refusals: [CouponRefusal] = []
        if let limit = terms.usageLimitPerCustomer, customer.uses >= limit { refusals.append(.customerLimitReached) }
        if terms.isForFirstOrder == true, customer.hasBought { refusals.append(.notFirstOrder) }
        if terms.allowedEmails.restricts(cart.email?.lowercased()) { refusals.append(.emailNotAllowed) }
        let country = cart.country?.uppercased()
        if terms.allowedCountries.restricts(country) || terms.excludedCountries.names(country) {
            refusals.append(.countryNotAllowed)
        }
        return refusals
    }

    private func cartRefusals(for cart: CouponContext) -> [CouponRefusal] {
        var refusals: [CouponRefusal] = []
        if let minimum = terms.minimumPurchase, cart.subtotal < minimum.minorUnits(of: cart.currency) {
            refusals.append(.belowMinimum(minimum.text))
        }
        let products = cart.products
        let categories = cart.allCategories
        if terms.allowedProducts.restricts(products) { refusals.append(.productNotAllowed) }
        if terms.excludedProducts.names(products) { refusals.append(.productExcluded) }
        if terms.allowedCategories.restricts(categories) { refusals.append(.categoryNotAllowed) }
        if terms.excludedCategories.names(categories) { refusals.append(.categoryExcluded) }
        if terms.type == .buyXGetY, !meetsOffer(cart) { refusals.append(.offerNotMet) }
        return refusals
    }

    /// The price of what the coupon is for: of the allowed products where the lines' prices are known.
    private func eligiblePrice(of cart: CouponContext) -> Int64 {
        let prices = cart.lines.compactMap { line in line.unitPrice.map { Int128($0) * Int128(line.quantity) } }
        guard !prices.isEmpty, prices.count == cart.lines.count else { return cart.subtotal }
        let sum = zip(cart.lines, prices).reduce(Int128(0)) { isEligible($1.0) ? $0 + $1.1 : $0 }
        return min(Int64(clamping: sum), cart.subtotal)
    }

    private func isEligible(_ line: CouponContext.Line) -> Bool {
        !terms.allowedProducts.restricts(line.product) && !terms.allowedCategories.restricts(line.category)
    }

    // MARK: Buy x, get y

    private var buyQuantity: Int { max(1, terms.buyQuantity ?? 1) }
    private var freeQuantity: Int { max(1, terms.freeQuantity ?? 1) }

    private func meetsOffer(_ cart: CouponContext) -> Bool {
        cart.isPriced ? freePieces(in: cart) > 0 : cart.products.contains { $0 == terms.buyProduct }
    }

    private func freePieces(in cart: CouponContext) -> Int {
        func pieces(of product: Int64?) -> Int {
            cart.lines.reduce(0) { $1.product == product ? $0 + $1.quantity : $0 }
        }
        let bought = pieces(of: terms.buyProduct)
        if terms.buyProduct == terms.freeProduct { return bought / (buyQuantity + freeQuantity) * freeQuantity }
        return min(bought / buyQuantity * freeQuantity, pieces(of: terms.freeProduct))
    }

    /// The price of the free pieces, beginning with the cheapest.
    private func freePrice(of cart: CouponContext) -> Int64 {
        guard cart.isPriced else {
            // Of the free product the campaign knows the price; that there are pieces enough is believed.
            guard let product = terms.freeProduct, cart.products.contains(product),
                let price = cart.campaignPrices[product]
            else { return 0 }
            return min(Int64(clamping: Int128(price) * Int128(freeQuantity)), cart.subtotal)
        }
        var left = freePieces(in: cart)
        var price = Int128(0)
        let lines = cart.lines.filter { $0.product == terms.freeProduct }
        for line in lines.sorted(by: { ($0.unitPrice ?? 0) < ($1.unitPrice ?? 0) }) {
            let free = min(left, line.quantity)
            price += Int128(line.unitPrice ?? 0) * Int128(free)
            left -= free
        }
        return min(Int64(clamping: price), cart.subtotal)
    }
}

extension CouponAmount {
    /// So many percent of an amount, halves rounded up.
    fileprivate func percent(of amount: Int64) -> Int64 {
        let divisor = Int128(Self.scale) * 100
        return Int64(clamping: (Int128(amount) * Int128(scaled) + divisor / 2) / divisor)
    }
}

/// A list of what is allowed or excluded; none and an empty one say nothing.
extension Optional where Wrapped: Collection, Wrapped.Element: Hashable {
    /// Whether it allows some values, and not this one.
    fileprivate func restricts(_ value: Wrapped.Element?) -> Bool {
        guard let list = self, !list.isEmpty else { return false }
        return value.map { !list.contains($0) } ?? true
    }

    /// Whether it allows some values, and none of these.
    fileprivate func restricts(_ values: Set<Wrapped.Element>) -> Bool {
        guard let list = self, !list.isEmpty else { return false }
        return values.isDisjoint(with: list)
    }

    fileprivate func names(_ value: Wrapped.Element?) -> Bool {
        guard let list = self, let value else { return false }
        return list.contains(value)
    }

    fileprivate func names(_ values: Set<Wrapped.Element>) -> Bool {
        self.map { !values.isDisjoint(with: $0) } ?? false
    }
}
