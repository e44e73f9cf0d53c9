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
    /// A part of the tax, by who levies it, in minor units.
    struct Breakdown: Hashable, Sendable {
        var state: Int64 = 0
        var county: Int64 = 0
        var city: Int64 = 0
        var special: Int64 = 0
    }

    /// In minor units of the cart's currency.
    var amount: Int64
    /// As decimal text: `0.0875`.
    var rate: String
    /// Whether a provider ran; without one the tax is none.
    var isEnabled: Bool
    var breakdown: Breakdown?

    static let none = ComputedTax(amount: 0, rate: "0", isEnabled: false, breakdown: nil)
}
