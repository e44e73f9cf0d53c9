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
            parts: TaxParts(details: rates.details(of: amount)))
    }

    private static func rates(in address: PostalAddress) -> StateTaxRates {
        guard ["US", "USA"].contains(address.country.uppercased()) else { return .none }
        return StateTaxRates.state(called: address.state) ?? .none
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

    static let none = StateTaxRates(code: "", name: "", state: 0)

    /// The state of a code or a name.
    static func state(called text: String) -> StateTaxRates? {
        let name = text.uppercased()
        return all.first { $0.code == name || $0.name.uppercased() == name }
    }

    /// Who levies a state's tax, in capitals; of other countries the region's name, or the country's where there is none.
    static func jurisdiction(of address: PostalAddress) -> String {
        let isUS = ["US", "USA"].contains(address.country.uppercased())
        let name = (isUS ? state(called: address.state)?.name : nil) ?? address.state
        return (name.isEmpty ? address.country : name).uppercased()
    }

    var combined: TaxRate { TaxRate(millionths: state + county + city) }

    /// Splits a tax among those who levy it, so that the parts add up to it. Which county or town it is, the table does not
    /// know.
    func details(of amount: Int64) -> [TaxDetail] {
        let name = name.uppercased()
        let levied: [(TaxLevel, String, Int64)] = [
            (.state, name, state), (.county, "\(name) COUNTY TAX", county), (.city, "\(name) CITY TAX", city),
        ].filter { $0.2 > 0 }
        return zip(levied, Shares.of(amount, by: levied.map(\.2))).map { part, share in
            TaxDetail(
                level: part.0, jurisdiction: part.1, rate: TaxRate(millionths: part.2).decimal, tax: share)
        }
    }
}
