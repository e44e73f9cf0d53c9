import Schema

/// Has a cart's tax computed by whom its campaign names.
struct CampaignTaxes: TaxCalculator {
    let keyring: DataKeyring
    let table = TaxTable()
    /// nil where the installation has no TaxJar account: campaigns that name it then have no tax, as the document says
    /// of an inactive provider.
    let taxJar: (any TaxProvider)?

    func tax(for question: TaxQuestion, in currency: Currency, of account: AccountID) async throws -> ComputedTax {
        guard question.taxEnabled else { return try ownTax(of: try cart(of: question, in: currency)) }
        return try await tax(for: try cart(of: question, in: currency), by: question.provider)
    }

    func knownTax(for question: TaxQuestion, in currency: Currency) throws -> ComputedTax? {
        let cart = try cart(of: question, in: currency)
        guard question.taxEnabled else { return try ownTax(of: cart) }
        guard let provider = provider(question.provider) else { return try ownTax(of: cart) }
        return try knownTax(of: cart, by: provider)
    }

    /// The tax of lines with a rate of their own, which they have without a provider too.
    private func ownTax(of cart: TaxCart) throws -> ComputedTax {
        let fixed = try FixedTaxes(of: cart)
        return fixed.isEmpty ? .none : try fixed.alone
    }

    private func cart(of question: TaxQuestion, in currency: Currency) throws -> TaxCart {
        TaxCart(
            destination: try keyring.open(question.to), lines: question.lines, shipping: question.shipping,
            currency: currency)
    }

    /// - Parameter name: As the campaign has it; nil stands for the table.
    func tax(for cart: TaxCart, by name: String?) async throws -> ComputedTax {
        guard let provider = provider(name) else { return try ownTax(of: cart) }
        if let known = try knownTax(of: cart, by: provider) { return known }
        let fixed = try FixedTaxes(of: cart)
        let other = try await provider.tax(for: fixed.rest)
        return fixed.isEmpty ? other : try fixed.joined(with: other)
    }

    /// The tax of a cart whose lines are all fixed or in our own table; nil where the provider has to be asked.
    private func knownTax(of cart: TaxCart, by provider: any TaxProvider) throws -> ComputedTax? {
        let fixed = try FixedTaxes(of: cart)
        if !fixed.isEmpty, fixed.rest.lines.isEmpty { return try fixed.alone }
        guard let table = provider as? TaxTable else { return nil }
        let other = try table.tax(for: fixed.rest)
        return fixed.isEmpty ? other : try fixed.joined(with: other)
    }

    private func provider(_ name: String?) -> (any TaxProvider)? {
        switch name.map(TaxProviderName.init) ?? .table {
        case .table: table
        case .taxJar: taxJar
        case nil: nil
        }
    }
}

/// The lines of a cart whose rate is fixed: no provider is asked about them.
private struct FixedTaxes {
    /// The cart without them.
    let rest: TaxCart
    let isEmpty: Bool
    private let whole: TaxCart
    private let tax: Int64

    /// - Throws: `MoneyError`; ``TaxProviderError/rejected(_:)`` for a rate that is none.
    init(of cart: TaxCart) throws {
        var rest = cart
        rest.lines = cart.lines.filter { $0.taxRate == nil }
        var sum = Money(minorUnits: 0, currency: cart.currency)
        for line in cart.lines {
            guard let text = line.taxRate else { continue }
            guard let rate = TaxRate(decimal: text) else { throw TaxProviderError.rejected("A tax rate is no rate.") }
            let tax = rate.tax(on: try line.total(in: cart.currency))
            sum = try sum + Money(minorUnits: tax, currency: cart.currency)
        }
        self.rest = rest
        isEmpty = rest.lines.count == cart.lines.count
        whole = cart
        tax = sum.minorUnits
    }

    /// Where all lines are fixed.
    var alone: ComputedTax {
        get throws { try joined(with: ComputedTax(amount: 0, rate: "0", isEnabled: true)) }
    }

    /// With what a provider says of the rest. Taxes at a fixed rate count as the state's: who levies them is not told.
    func joined(with other: ComputedTax) throws -> ComputedTax {
        let currency = whole.currency
        let sum = try Money(minorUnits: tax, currency: currency) + Money(minorUnits: other.amount, currency: currency)
        var parts = other.parts
        if tax > 0 {
            let taxed = try whole.total() - rest.total()
            parts.details.append(
                TaxDetail(
                    level: .state, jurisdiction: StateTaxRates.jurisdiction(of: whole.destination),
                    rate: TaxRate(of: tax, in: taxed).decimal, tax: tax))
        }
        return ComputedTax(
            amount: sum.minorUnits, rate: TaxRate(of: sum.minorUnits, in: try whole.total()).decimal, isEnabled: true,
            parts: parts)
    }
}
