import Schema

/// A cart whose sales tax is asked for; amounts in minor units of its currency.
struct TaxCart: Sendable {
    /// Where it goes; parts that are not known are empty.
    var destination: PostalAddress
    var lines: [TaxLine]
    var shipping: Int64
    var currency: Currency

    /// What the lines come to, without shipping.
    ///
    /// - Throws: `MoneyError` if that is out of range.
    func total() throws(MoneyError) -> Int64 {
        var sum = Money(minorUnits: 0, currency: currency)
        for line in lines { sum = try sum + Money(minorUnits: line.total(in: currency), currency: currency) }
        return sum.minorUnits
    }
}

extension TaxLine {
    /// What the line costs after its discount; never below zero.
    func total(in currency: Currency) throws(MoneyError) -> Int64 {
        let price = try Money(minorUnits: unitPrice, currency: currency) * quantity
        return max(0, try (price - Money(minorUnits: discount, currency: currency)).minorUnits)
    }
}

/// Computes the tax of a whole cart by one set of rules.
protocol TaxProvider: Sendable {
    func tax(for cart: TaxCart) async throws -> ComputedTax
}

/// Why a provider gives no tax.
enum TaxProviderError: Error, Hashable, Sendable {
    /// The provider does not answer, or not sensibly.
    case unavailable
    /// The provider says what is wrong with the cart.
    case rejected(String)
}

/// The name of a tax provider, as campaigns carry it.
enum TaxProviderName: String, Sendable {
    case table
    case taxJar = "taxjar"
}
