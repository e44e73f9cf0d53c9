import Schema
import Testing

@testable import Payments

/// What the built-in provider makes of a cart, to the last minor unit.
@Suite struct TaxTests {
    private func cart(
        _ prices: [Int64], state: String = "CA", country: String = "US", quantity: Int = 1, rate: String? = nil
    ) -> TaxCart {
        var address = Samples.address
        address.state = state
        address.country = country
        let lines = prices.enumerated().map { index, price in
            TaxLine(
                id: String(index), sku: nil, quantity: quantity, unitPrice: price, discount: 0, taxCode: nil,
                taxRate: index == 0 ? rate : nil)
        }
        return TaxCart(destination: address, lines: lines, shipping: 470, currency: .usd)
    }

    @Test func `every part of a rate is told and adds up`() throws {
        let tax = try TaxTable().tax(for: cart([4_998]))
        #expect(tax.rate == "0.0725")
        #expect(tax.amount == 362)
        #expect(
            tax.parts.details == [
                TaxDetail(level: .state, jurisdiction: "CALIFORNIA", rate: "0.06", tax: 300),
                TaxDetail(level: .county, jurisdiction: "CALIFORNIA COUNTY TAX", rate: "0.0025", tax: 12),
                TaxDetail(level: .city, jurisdiction: "CALIFORNIA CITY TAX", rate: "0.01", tax: 50),
            ])
    }

    @Test func `the parts add up for every amount and state`() throws {
        for rates in StateTaxRates.all {
            for amount: Int64 in [0, 1, 2, 3, 7, 99, 101, 362, 12_345_678] {
                let details = rates.details(of: amount)
                #expect(details.reduce(0) { $0 + $1.tax } == amount, "\(rates.code) \(amount)")
            }
        }
        #expect(Set(StateTaxRates.all.map(\.code)).count == StateTaxRates.all.count)
    }

    @Test func `states are known by code and by name, and other countries have none`() throws {
        #expect(try TaxTable().tax(for: cart([10_000], state: "ny")).amount == 400)
        #expect(try TaxTable().tax(for: cart([10_000], state: "New York")).amount == 400)
        #expect(try TaxTable().tax(for: cart([10_000], state: "OR")).amount == 0)
        #expect(try TaxTable().tax(for: cart([10_000], country: "DE")).amount == 0)
    }

    @Test func `a cart too large for its currency is refused`() {
        #expect(throws: MoneyError.outOfRange) { try TaxTable().tax(for: cart([.max], quantity: 2)) }
        #expect(throws: MoneyError.outOfRange) { try TaxTable().tax(for: cart([.max, .max])) }
    }

    @Test func `a line's own rate is taken before the provider's`() async throws {
        let taxes = CampaignTaxes(keyring: try DataKeyring("k1:" + DataKeyring.generateKey()), taxJar: nil)
        let mixed = try await taxes.tax(for: cart([10_000, 10_000], rate: "0.1"), by: nil)
        #expect(mixed.amount == 1_000 + 725)
        #expect(mixed.rate == "0.08625")
        #expect(mixed.parts.details.map(\.tax) == [600, 25, 100, 1_000])
        #expect(mixed.parts.details.last?.rate == "0.1")
        let fixed = try await taxes.tax(for: cart([10_000], state: "OR", rate: "0.0825"), by: "table")
        #expect(fixed.amount == 825)
        #expect(fixed.rate == "0.0825")
        await #expect(throws: TaxProviderError.self) { try await taxes.tax(for: cart([1], rate: "8.25%"), by: nil) }
    }

    @Test func `a provider that the installation lacks taxes nothing`() async throws {
        let taxes = CampaignTaxes(keyring: try DataKeyring("k1:" + DataKeyring.generateKey()), taxJar: nil)
        #expect(try await taxes.tax(for: cart([10_000]), by: "taxjar") == .none)
    }

    @Test(
        arguments: [
            ("0.0875", 87_500, "0.0875"), ("0", 0, "0"), ("1", 1_000_000, "1"), ("0.06625", 66_250, "0.06625"),
            ("0.1234567", 123_456, "0.123456"),
        ] as [(String, Int64, String)])
    func `rates are exact`(text: String, millionths: Int64, decimal: String) throws {
        let rate = try #require(TaxRate(decimal: text))
        #expect(rate.millionths == millionths)
        #expect(rate.decimal == decimal)
    }

    @Test(arguments: ["", ".1", "1.", "-0.1", "1.5", "8.25%", "0.1.2", "٠.١"])
    func `what is no rate is refused`(text: String) {
        #expect(TaxRate(decimal: text) == nil)
    }

    @Test func `a refund reports its part as the document computes it`() {
        let sale = TaxedSale(
            orderNumber: "ORD-1", number: "TXN-1", isFirst: true, date: Samples.time, amount: 11_875, shipping: 999,
            tax: 875, currency: .usd)
        let part = sale.refundReport(
            number: "TXN-2", returned: 5_938, tax: 438, at: Samples.time, to: Samples.address)
        #expect(part.id == "ORD-1-refund-TXN-2")
        #expect(part.referenceID == "ORD-1")
        #expect((part.amount, part.tax, part.shipping) == (-5_500, -438, -500))
    }

    @Test func `half of the tax goes back with half of the charge, rounded`() throws {
        var charge = Samples.charge(.completed, amount: 11_875, tax: 875)
        let first = try charge.reserve(5_938, at: Samples.time)
        #expect(first.tax == 438)
        let rest = try charge.reserve(nil, at: Samples.time)
        #expect(rest.tax == 437)
    }

    @Test func `the table's tax is known at once, and a provider's is not`() async throws {
        let keyring = try DataKeyring("k1:" + DataKeyring.generateKey())
        let taxes = CampaignTaxes(keyring: keyring, taxJar: TaxTable.Asked())
        func question(_ provider: String?, enabled: Bool = true, rate: String? = nil) throws -> TaxQuestion {
            let cart = cart([10_000], rate: rate)
            return TaxQuestion(
                taxEnabled: enabled, provider: provider, to: try keyring.seal(cart.destination), lines: cart.lines,
                shipping: 470)
        }
        func known(_ question: TaxQuestion) throws -> Int64? { try taxes.knownTax(for: question, in: .usd)?.amount }
        #expect(try known(question(nil)) == 725)
        #expect(try known(question("table")) == 725)
        #expect(try known(question("taxjar")) == nil)
        #expect(try known(question("taxjar", rate: "0.1")) == 1_000)
        #expect(try known(question("another")) == 0)
        #expect(try known(question("taxjar", enabled: false)) == 0)
        // A rate of its own needs no provider.
        #expect(try known(question("taxjar", enabled: false, rate: "0.1")) == 1_000)
        #expect(try known(question("another", rate: "0.1")) == 1_000)
        // Whoever knows it at once says the same as when asked.
        let asked = try await taxes.tax(for: question(nil), in: .usd, of: AccountID())
        #expect(try taxes.knownTax(for: question(nil), in: .usd) == asked)
    }
}

extension TaxTable {
    /// A provider that has to be asked.
    fileprivate struct Asked: TaxProvider {
        func tax(for cart: TaxCart) async throws -> ComputedTax { ComputedTax.none }
    }
}
