import Schema

/// The built-in tax provider: the rate that applies everywhere in a state of the US, and none in other countries.
///
/// Everything but shipping is taxable, whatever its tax code. Cities and districts add taxes of their own, by address;
/// who has to collect those takes a provider that knows them.
struct TaxTable: TaxProvider {
    func tax(for cart: TaxCart) throws -> ComputedTax {
        let rates = Self.rates(in: cart.destination)
        let taxable = try cart.total()
        let amount = rates.combined.tax(on: taxable)
        return ComputedTax(
            amount: amount, rate: rates.combined.decimal, isEnabled: true,
            breakdown: rates.breakdown(of: amount))
    }

    private static func rates(in address: PostalAddress) -> StateTaxRates {
        guard ["US", "USA"].contains(address.country.uppercased()) else { return .none }
        let name = address.state.uppercased()
        return StateTaxRates.all.first { $0.code == name || $0.name.uppercased() == name } ?? .none
    }
}

/// What is levied in a whole state, by whom.
struct StateTaxRates: Sendable {
    let code: String
    let name: String
    /// In millionths, as ``TaxRate``.
    let state: Int64
    var county: Int64 = 0
    var city: Int64 = 0
    var special: Int64 = 0

    static let none = StateTaxRates(code: "", name: "", state: 0)

    var combined: TaxRate { TaxRate(millionths: state + county + city + special) }

    /// Splits a tax among those who levy it, so that the parts add up to it: whoever is left the largest fraction of a
    /// minor unit gets the next whole one.
    func breakdown(of amount: Int64) -> ComputedTax.Breakdown {
        let shares = [state, county, city, special]
        let sum = combined.millionths
        guard sum > 0 else { return ComputedTax.Breakdown() }
        var parts: [(whole: Int64, remainder: Int64)] = shares.map { share in
            let (quotient, remainder) = sum.dividingFullWidth(amount.multipliedFullWidth(by: share))
            return (quotient, remainder)
        }
        let missing = Int(amount - parts.reduce(0) { $0 + $1.whole })
        let order = parts.indices.sorted { parts[$0].remainder > parts[$1].remainder }
        for index in order.prefix(missing) { parts[index].whole += 1 }
        return ComputedTax.Breakdown(
            state: parts[0].whole, county: parts[1].whole, city: parts[2].whole, special: parts[3].whole)
    }
}
