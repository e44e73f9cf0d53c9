import Schema
import Testing

@testable import Orders

/// What a coupon takes off, and when it does, without I/O.
@Suite struct CouponDiscountTests {
    private static let now = Timestamp(microseconds: 1_700_000_000_000_000)

    private func coupon(
        _ type: CouponType, _ amount: String, uses: Int64 = 0, _ change: (inout CouponTerms) -> Void = { _ in }
    ) throws -> Coupon {
        var terms = CouponTerms()
        terms.type = type
        terms.discount = try #require(CouponAmount(amount))
        change(&terms)
        return Coupon(id: 1, terms: terms, totalUses: uses, createdAt: Self.now, updatedAt: Self.now)
    }

    private func cart(_ subtotal: Int64, _ currency: String = "USD") throws -> CouponContext {
        CouponContext(currency: try #require(Currency(currency)), subtotal: subtotal)
    }

    private func refusals(
        _ coupon: Coupon, _ cart: CouponContext, _ standing: CouponStanding = CouponStanding()
    ) -> [CouponRefusal] {
        coupon.refusals(for: cart, by: standing, at: Self.now)
    }

    @Test(arguments: [
        ("25", "25.00", "25"), ("12.5", "12.50", "12.5"), ("0.125", "0.125", "0.125"), ("0", "0.00", "0"),
        ("9999999999.9999", "9999999999.9999", "9999999999.9999"),
    ]) func amountsAreExact(text: String, long: String, short: String) throws {
        let amount = try #require(CouponAmount(text))
        #expect(amount.text == long)
        #expect(amount.shortText == short)
    }

    @Test(arguments: ["", "-1", "1e3", "1.", ".5", "99999999999", "1 ", "٣"])
    func othersAreNone(text: String) {
        #expect(CouponAmount(text) == nil)
    }

    @Test(
        arguments: [
            ("25", "USD", 15_000, 3_750), ("33.33", "USD", 100, 33), ("0.5", "USD", 100, 1), ("0.4999", "USD", 100, 0),
            ("12.5", "JPY", 4, 1), ("10", "KWD", 1_005, 101), ("100", "USD", .max, .max),
        ] as [(String, String, Int64, Int64)]) func percentagesRoundHalvesUp(
            percent: String, currency: String, subtotal: Int64, discount: Int64
        ) throws
    {
        #expect(try coupon(.percentage, percent).discount(for: cart(subtotal, currency)) == discount)
    }

    @Test(
        arguments: [
            ("10", "USD", 1_000), ("10", "JPY", 10), ("10.5", "JPY", 11), ("10.125", "KWD", 10_125),
            ("10.125", "USD", 1_013),
            ("999", "USD", 15_000),
        ] as [(String, String, Int64)]) func fixedAmountsAreOfTheCartsCurrency(
            amount: String, currency: String, discount: Int64
        ) throws
    {
        #expect(try coupon(.fixedAmount, amount).discount(for: cart(15_000, currency)) == discount)
    }

    @Test func theMaximumCapsEveryType() throws {
        let cap = try coupon(.percentage, "25") { $0.maximumDiscount = CouponAmount("50") }
        #expect(try cap.discount(for: cart(40_000)) == 5_000)
        #expect(try cap.discount(for: cart(10_000)) == 2_500)
        var cart = try cart(1_000)
        cart.shipping = 700
        #expect(try coupon(.freeShipping, "0").discount(for: cart) == 700)
        #expect(try coupon(.freeShipping, "0") { $0.maximumDiscount = CouponAmount("5") }.discount(for: cart) == 500)
    }

    @Test func aFixedPriceTakesOffWhatIsAboveIt() throws {
        #expect(try coupon(.fixedPrice, "99.99").discount(for: cart(15_000)) == 5_001)
        #expect(try coupon(.fixedPrice, "99.99").discount(for: cart(5_000)) == 0)
    }

    @Test func onlyAllowedProductsAreDiscounted() throws {
        var cart = try cart(6_000)
        cart.lines = [
            .init(product: 1, category: 7, quantity: 2, unitPrice: 1_000),
            .init(product: 2, category: 8, quantity: 1, unitPrice: 4_000),
        ]
        #expect(try coupon(.percentage, "50") { $0.allowedProducts = [1] }.discount(for: cart) == 1_000)
        #expect(try coupon(.percentage, "50") { $0.allowedCategories = [8] }.discount(for: cart) == 2_000)
        #expect(try coupon(.percentage, "50") { $0.allowedProducts = [] }.discount(for: cart) == 3_000)
        #expect(try coupon(.fixedAmount, "99") { $0.allowedProducts = [1] }.discount(for: cart) == 2_000)
    }

    @Test func buyingSomeGivesOthersFree() throws {
        let offer = try coupon(.buyXGetY, "0") { terms in
            terms.buyProduct = 1
            terms.freeProduct = 2
            terms.buyQuantity = 2
            terms.freeQuantity = 1
        }
        func cart(_ bought: Int, _ free: Int) throws -> CouponContext {
            var cart = try self.cart(Int64(bought) * 1_000 + Int64(free) * 500)
            cart.lines = [
                .init(product: 1, quantity: bought, unitPrice: 1_000),
                .init(product: 2, quantity: free, unitPrice: 500),
            ]
            return cart
        }
        #expect(try offer.discount(for: cart(5, 3)) == 1_000)
        #expect(try offer.discount(for: cart(4, 1)) == 500)
        #expect(try refusals(offer, cart(1, 1)) == [.offerNotMet])
        var same = offer
        same.terms.freeProduct = 1
        #expect(try same.discount(for: cart(7, 0)) == 2_000)
    }

    @Test func whatHoldsForEveryoneIsChecked() throws {
        let cart = try cart(10_000)
        #expect(try refusals(coupon(.percentage, "5"), cart) == [])
        #expect(try refusals(coupon(.percentage, "5") { $0.isActive = false }, cart) == [.inactive])
        #expect(try refusals(coupon(.percentage, "5") { $0.startsAt = Self.now + .seconds(1) }, cart) == [.notStarted])
        #expect(try refusals(coupon(.percentage, "5") { $0.expiresAt = Self.now }, cart) == [.expired])
        #expect(try refusals(coupon(.percentage, "5", uses: 3) { $0.usageLimit = 3 }, cart) == [.usageLimitReached])
        #expect(try refusals(coupon(.percentage, "5", uses: 2) { $0.usageLimit = 3 }, cart) == [])
        let minimum = try coupon(.percentage, "5") { $0.minimumPurchase = CouponAmount("100.01") }
        #expect(refusals(minimum, cart) == [.belowMinimum("100.01")])
    }

    @Test func whatHoldsForTheCustomerIsChecked() throws {
        var cart = try cart(10_000)
        cart.email = "Jo@Example.com"
        cart.country = "us"
        let limited = try coupon(.percentage, "5") { $0.usageLimitPerCustomer = 1 }
        #expect(refusals(limited, cart, CouponStanding(uses: 1)) == [.customerLimitReached])
        let first = try coupon(.percentage, "5") { $0.isForFirstOrder = true }
        #expect(refusals(first, cart, CouponStanding(hasBought: true)) == [.notFirstOrder])
        #expect(refusals(first, cart) == [])
        #expect(try refusals(coupon(.percentage, "5") { $0.allowedEmails = ["jo@example.com"] }, cart) == [])
        let others = try coupon(.percentage, "5") { $0.allowedEmails = ["vip@example.com"] }
        #expect(refusals(others, cart) == [.emailNotAllowed])
        #expect(try refusals(coupon(.percentage, "5") { $0.allowedCountries = ["US"] }, cart) == [])
        #expect(try refusals(coupon(.percentage, "5") { $0.allowedCountries = ["FR"] }, cart) == [.countryNotAllowed])
        #expect(try refusals(coupon(.percentage, "5") { $0.excludedCountries = ["US"] }, cart) == [.countryNotAllowed])
        cart.country = nil
        #expect(try refusals(coupon(.percentage, "5") { $0.allowedCountries = ["US"] }, cart) == [.countryNotAllowed])
        #expect(try refusals(coupon(.percentage, "5") { $0.excludedCountries = ["US"] }, cart) == [])
    }

    @Test func whatHoldsForTheProductsIsChecked() throws {
        var cart = try cart(10_000)
        cart.lines = [.init(product: 1), .init(product: 2)]
        cart.categories = [7]
        #expect(try refusals(coupon(.percentage, "5") { $0.allowedProducts = [2, 3] }, cart) == [])
        #expect(try refusals(coupon(.percentage, "5") { $0.allowedProducts = [3] }, cart) == [.productNotAllowed])
        #expect(try refusals(coupon(.percentage, "5") { $0.excludedProducts = [2] }, cart) == [.productExcluded])
        #expect(try refusals(coupon(.percentage, "5") { $0.allowedCategories = [8] }, cart) == [.categoryNotAllowed])
        #expect(try refusals(coupon(.percentage, "5") { $0.excludedCategories = [7] }, cart) == [.categoryExcluded])
    }
}
