import Schema
import TestKit
import Testing

@testable import Payments

/// What a tax is made of, from its provider to the event that tells of the charge.
@Suite struct TaxPartsTests {
    /// Pays a charge whose tax is asked for; answers what is told of it.
    private func pay(
        _ provider: String, country: String = "US", taxJar: TaxJarDouble? = nil
    ) async throws -> TransactionSnapshot {
        // Addresses are sealed for those who compute taxes, whatever the till's own keys.
        let keyring = try DataKeyring("k1:" + DataKeyring.generateKey())
        var address = Samples.address
        address.country = country
        let line = TaxLine(
            id: "0", sku: nil, quantity: 1, unitPrice: 10_000, discount: 0, taxCode: nil, taxRate: nil)
        let question = TaxQuestion(
            taxEnabled: true, provider: provider, to: try keyring.seal(address), lines: [line], shipping: 0)
        let taxes = CampaignTaxes(keyring: keyring, taxJar: taxJar.map { TaxJar($0.account) })
        return try await Till.with(taxes: taxes) { till in
            let charge = try await till.pay(till.charge(tax: nil, question: question))
            #expect(charge.status == .completed)
            let told = try #require(try await till.snapshot(of: charge.id))
            #expect(told.taxDetails?.reduce(0) { $0 + $1.tax } == told.tax)
            return told
        }
    }

    @Test func theTableTellsWhoLevies() async throws {
        let told = try await pay("table")
        #expect(told.tax == 725)
        #expect(told.taxDetails?.map(\.tax) == [600, 25, 100])
        #expect(told.taxDetails?.map(\.level) == [.state, .county, .city])
        #expect(told.shippingTax == nil)
    }

    /// TaxJar's parts come to a cent more than what it collects: the parts that are told do not.
    @Test func taxJarTellsThePlaces() async throws {
        let taxJar = try await TaxJarDouble.start()
        let told = try await pay("taxjar", taxJar: taxJar)
        #expect(
            told.taxDetails == [
                TaxDetail(level: .state, jurisdiction: "CALIFORNIA", rate: "0.0625", tax: 93),
                TaxDetail(level: .county, jurisdiction: "LOS ANGELES", rate: "0.0025", tax: 4),
                TaxDetail(level: .special, jurisdiction: "LOS ANGELES DISTRICT TAX", rate: "0.025", tax: 38),
            ])
        await taxJar.stop()
    }

    @Test func otherCountriesHaveOtherTaxes() async throws {
        let taxJar = try await TaxJarDouble.start()
        let told = try await pay("taxjar", country: "CA", taxJar: taxJar)
        #expect(
            told.taxDetails == [
                TaxDetail(level: .country, jurisdiction: "CA GST", rate: "0.05", tax: 135),
                TaxDetail(level: .state, jurisdiction: "ON PST", rate: "0.08", tax: 215),
            ])
        #expect(told.shippingTax == 130)
        await taxJar.stop()
    }

    @Test func aGivenTaxIsOfNobodyInParticular() async throws {
        try await Till.with { till in
            let charge = try await till.pay(till.charge(tax: 1_000))
            let told = try #require(try await till.snapshot(of: charge.id))
            #expect(told.tax == 1_000 && told.taxDetails == nil && told.shippingTax == nil)
        }
    }
}
