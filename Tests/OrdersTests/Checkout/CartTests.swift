import Schema
import Testing

@testable import Orders

@Suite struct CartTests {
    static func campaign(price: String = "50.00", shipping: String = "5.00", taxRate: String = "0") -> CampaignSnapshot
    {
        var campaign = CampaignPublished.example.campaign
        var box = campaign.products[0]
        box.internalID = "box"
        box.kind = .offer
        box.isActive = true
        box.price = price
        box.shippingPrice = shipping
        box.saleType = "one_time"
        box.isTaxIncluded = false
        box.bundle = nil
        var upsell = box
        upsell.internalID = "more"
        upsell.kind = .upsell
        upsell.taxRate = taxRate
        upsell.allowDuplicates = true
        campaign.products = [box, upsell]
        campaign.isActive = true
        campaign.taxEnabled = false
        campaign.allowedCountries = ["US"]
        campaign.allowedCurrencies = []
        campaign.allowedCardBrands = []
        campaign.minimumAmount = nil
        campaign.maximumAmount = nil
        campaign.maxCustomerDeclines = nil
        campaign.throttlePercent = 0
        return campaign
    }

    private func asked(
        _ id: String = "box", _ quantity: Int = 1, price: Int64? = nil, shipping: Int64? = nil
    ) -> CartRequest {
        CartRequest(productInternalID: id, quantity: quantity, unitPrice: price, shippingPrice: shipping)
    }

    @Test func theCampaignsPricesCountWhereNoneAreGiven() throws {
        let cart = try Cart(
            [asked("box", 2), asked("box", 1, price: 100, shipping: 0)], of: Self.campaign(), kind: .offer,
            currency: .usd)
        #expect(cart.totals == CheckoutTotals(subtotal: 10_100, shipping: 500))
        #expect(cart.items.map(\.line) == [0, 1])
        #expect(cart.items.map(\.subtotal) == [10_000, 100])
    }

    /// One campaign sells in currencies of 0, 2 and 3 digits.
    @Test(arguments: [("JPY", 50), ("USD", 5_000), ("KWD", 50_000)] as [(String, Int64)])
    func pricesAreExactInEveryCurrency(_ code: String, _ minorUnits: Int64) throws {
        let currency = try #require(Currency(code))
        let cart = try Cart([asked()], of: Self.campaign(), kind: .offer, currency: currency)
        #expect(cart.totals.subtotal == minorUnits)
    }

    @Test func aPriceThatTheCurrencyDoesNotHaveIsNotRounded() throws {
        let yen = try #require(Currency("JPY"))
        #expect(throws: CartError.priceNotInCurrency(index: 0)) {
            try Cart([asked()], of: Self.campaign(price: "49.99"), kind: .offer, currency: yen)
        }
    }

    @Test func whatIsNotSoldIsRefused() {
        for id in ["more", "other"] {
            #expect(throws: CartError.unknownProduct(index: 1)) {
                try Cart([asked(), asked(id)], of: Self.campaign(), kind: .offer, currency: .usd)
            }
        }
        #expect(throws: CartError.tooLarge) {
            try Cart([asked("box", 1_000_000, price: Cart.limit)], of: Self.campaign(), kind: .offer, currency: .usd)
        }
    }

    @Test func aDiscountIsSharedWithoutLosingACent() throws {
        var cart = try Cart(
            [asked(price: 1_000), asked(price: 1_000), asked(price: 1_000)], of: Self.campaign(shipping: "1.00"),
            kind: .offer, currency: .usd)
        cart.discount(by: 100)
        #expect(cart.items.map(\.discount) == [34, 33, 33])
        cart.discount(by: 10_000)
        #expect(cart.totals.discount == 3_300, "no more than it costs")
        #expect(cart.items.map(\.discount) == [1_000, 1_000, 1_000])
    }

    @Test func upsellsHaveTheirOwnTaxRate() throws {
        let cart = try Cart(
            [asked("more")], of: Self.campaign(taxRate: "0.0825"), kind: .upsell, currency: .usd, firstLine: 3)
        #expect(cart.taxLines.map(\.taxRate) == ["0.0825"])
        #expect(cart.taxLines.map(\.id) == ["3"])
        let offer = try Cart([asked()], of: Self.campaign(taxRate: "0.0825"), kind: .offer, currency: .usd)
        #expect(offer.taxLines.map(\.taxRate) == [nil])
    }

    @Test(
        arguments: [(10, [1, 1, 1], [4, 3, 3]), (1, [0, 5], [0, 1]), (7, [0, 0], [0, 0]), (0, [3, 4], [0, 0])]
            as [(Int64, [Int64], [Int64])])
    func sharesAddUp(_ amount: Int64, _ weights: [Int64], _ shares: [Int64]) {
        #expect(Shares.of(amount, by: weights) == shares)
    }

    @Test func campaignsSaySoWhenTheyDoNotSell() {
        var campaign = Self.campaign()
        #expect(campaign.refusals(country: "us", currency: .usd) == [])
        campaign.allowedCurrencies = ["EUR"]
        campaign.isActive = false
        #expect(
            campaign.refusals(country: "FR", currency: .usd) == [.inactive, .countryNotAllowed, .currencyNotAllowed])
        campaign.maximumAmount = 10_000
        campaign.minimumAmount = 100
        campaign.allowedCardBrands = ["Visa"]
        func refusal(_ amount: Int64, _ brand: CardBrand? = nil) -> CampaignRefusal? {
            campaign.refusal(of: Money(minorUnits: amount, currency: .usd), brand: brand)
        }
        #expect(refusal(100, .visa) == nil)
        #expect(refusal(100, .amex) == .cardBrandNotAllowed)
        #expect(refusal(99) == .amountTooSmall(minimum: "$1.00"))
        #expect(refusal(10_001) == .amountTooLarge(maximum: "$100.00"))
        campaign.taxEnabled = true
        #expect(refusal(99) == nil, "the tax may lift it")
    }
}
