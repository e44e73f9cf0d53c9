import Schema

/// Computes the sales tax of a cart.
protocol TaxCalculator: Sendable {
    /// - Parameters:
    ///   - question: The cart and where it goes; a campaign without tax is answered with none.
    ///   - currency: That of the question's amounts.
    /// - Throws: When the provider does not answer; the charge is then not made.
    func tax(for question: TaxQuestion, in currency: Currency, of account: AccountID) async throws -> ComputedTax

    /// The same where nobody has to be asked; nil where a provider has to.
    func knownTax(for question: TaxQuestion, in currency: Currency) throws -> ComputedTax?
}

extension TaxCalculator {
    func knownTax(for question: TaxQuestion, in currency: Currency) throws -> ComputedTax? { nil }
}

/// The tax of a cart.
struct ComputedTax: Hashable, Sendable {
    /// In minor units of the cart's currency.
    var amount: Int64
    /// As decimal text: `0.0875`.
    var rate: String
    /// Whether a provider ran; without one the tax is none.
    var isEnabled: Bool
    var parts = TaxParts()

    static let none = ComputedTax(amount: 0, rate: "0", isEnabled: false)
}

/// What a tax is made of.
struct TaxParts: Codable, Hashable, Sendable {
    /// By who levies it; together the whole tax, those of the shipping too.
    var details: [TaxDetail] = []
    /// What of it is on the shipping; nil for nothing.
    var shipping: Int64?

    var isEmpty: Bool { details.isEmpty && shipping == nil }

    /// What is levied at some level, in minor units.
    func tax(at levels: TaxLevel...) -> Int64 {
        details.reduce(0) { levels.contains($1.level) ? $0 + $1.tax : $0 }
    }
}
