import Schema

/// Why a campaign does not sell to somebody. The text is what the client reads.
enum CampaignRefusal: Error, Hashable, Sendable {
    case inactive, countryNotAllowed, currencyNotAllowed, cardBrandNotAllowed
    case amountTooSmall(minimum: String)
    case amountTooLarge(maximum: String)
    case tooManyDeclines

    var message: String {
        switch self {
        case .inactive: "This campaign is not active."
        case .countryNotAllowed: "This campaign does not ship to this country."
        case .currencyNotAllowed: "This campaign does not sell in this currency."
        case .cardBrandNotAllowed: "This campaign does not accept this card brand."
        case .amountTooSmall(let minimum): "The order must come to at least \(minimum)."
        case .amountTooLarge(let maximum): "The order must come to at most \(maximum)."
        case .tooManyDeclines: "Too many payments of this customer were declined."
        }
    }

    /// The request's field that is at fault; nil where no single one is.
    var field: [String]? {
        switch self {
        case .inactive: ["campaign_id"]
        case .countryNotAllowed: ["shipping", "country"]
        case .currencyNotAllowed: ["currency"]
        case .cardBrandNotAllowed: ["payment", "card_number"]
        case .amountTooSmall, .amountTooLarge, .tooManyDeclines: nil
        }
    }
}

extension CampaignSnapshot {
    /// What speaks against a cart in this currency that goes to this country.
    func refusals(country: String, currency: Currency) -> [CampaignRefusal] {
        var refusals: [CampaignRefusal] = []
        if !isActive { refusals.append(.inactive) }
        if allowedCountries.restricts(country) { refusals.append(.countryNotAllowed) }
        if allowedCurrencies.restricts(currency.code) { refusals.append(.currencyNotAllowed) }
        return refusals
    }

    /// What speaks against a charge. Payments holds the same limits against the amount with its tax.
    func refusal(of amount: Money, brand: CardBrand?) -> CampaignRefusal? {
        if let brand, allowedCardBrands.restricts(brand.rawValue) { return .cardBrandNotAllowed }
        func text(_ limit: Int64) -> String { Money(minorUnits: limit, currency: amount.currency).formatted }
        // The tax can lift the amount, never lower it.
        if let maximumAmount, amount.minorUnits > maximumAmount { return .amountTooLarge(maximum: text(maximumAmount)) }
        if let minimumAmount, !taxEnabled, amount.minorUnits < minimumAmount {
            return .amountTooSmall(minimum: text(minimumAmount))
        }
        return nil
    }
}

extension [String] {
    /// Whether some values are listed, and this is none of them; case does not matter.
    fileprivate func restricts(_ value: String) -> Bool {
        !isEmpty && !contains { $0.lowercased() == value.lowercased() }
    }
}
