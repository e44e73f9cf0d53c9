import Edge
import Schema

/// The body of `PUT /admin/v1/campaigns/{internal_id}`. Only the name is required; a campaign without limits sells
/// everywhere, in every currency, by every card.
struct CampaignRequest: Decodable, Sendable {
    struct Category: Decodable, Sendable {
        let id: Int64?
        let name: String?
    }

    let name: String?
    let isActive: Bool?
    let allowedCountries: [String]?
    let allowedCurrencies: [String]?
    let allowedCardBrands: [String]?
    let allowPrepaidCards: Bool?
    let allowVirtualCards: Bool?
    let allowInternationalCards: Bool?
    /// Minor units, as a number or, as the API shows it, a text.
    let minimumAmount: DecimalText?
    let maximumAmount: DecimalText?
    let maxCustomerDeclines: Int?
    let fulfillmentDelay: Int?
    let category: Category?
    let gatewayID: Int64?
    let paymentOrchestratorID: Int64?
    let taxEnabled: Bool?
    let taxProvider: String?
    let throttlePercent: Int?
    let products: [CampaignProductRequest]?

    enum CodingKeys: String, CodingKey {
        case name, category, products
        case isActive = "is_active"
        case allowedCountries = "allowed_countries"
        case allowedCurrencies = "allowed_currencies"
        case allowedCardBrands = "allowed_card_brands"
        case allowPrepaidCards = "allow_prepaid_cards"
        case allowVirtualCards = "allow_virtual_cards"
        case allowInternationalCards = "allow_international_cards"
        case minimumAmount = "minimum_amount"
        case maximumAmount = "maximum_amount"
        case maxCustomerDeclines = "max_customer_declines"
        case fulfillmentDelay = "fulfillment_delay"
        case gatewayID = "gateway_id"
        case paymentOrchestratorID = "payment_orchestrator_id"
        case taxEnabled = "tax_enabled"
        case taxProvider = "tax_provider"
        case throttlePercent = "throttle_percent"
    }

    static let cardBrands = ["visa", "mastercard", "amex", "discover", "diners", "jcb", "unionpay"]
    static let taxProviders = ["table", "taxjar"]
    static let maximumProducts = 500
    static let numbers: ClosedRange<Int64> = 1...Int64.max
    static let amounts: ClosedRange<Int64> = 0...1_000_000_000_000_000

    /// What this body publishes.
    func campaign(
        internalID: String
    ) throws(RequestError) -> (internalID: String, terms: CampaignTerms, products: [CampaignProductContent]) {
        var validation = Validation()
        let internalID = validation.required(internalID, "internal_id")
        let currencies = currencies(&validation)
        let terms = terms(currencies, &validation)
        let products = products(currencies, &validation)
        try validation.check()
        return (internalID, terms, products)
    }

    private func terms(_ currencies: [Currency], _ validation: inout Validation) -> CampaignTerms {
        let minimum = amount(minimumAmount, "minimum_amount", &validation)
        let maximum = amount(maximumAmount, "maximum_amount", &validation)
        if let minimum, let maximum, minimum > maximum {
            validation.fail(["maximum_amount"], "out_of_range", "This must not be less than minimum_amount.")
        }
        return CampaignTerms(
            name: validation.required(name, "name"), isActive: isActive ?? true,
            allowedCountries: countries(&validation), allowedCurrencies: currencies.map(\.code),
            allowedCardBrands: brands(&validation), allowPrepaidCards: allowPrepaidCards ?? true,
            allowVirtualCards: allowVirtualCards ?? true, allowInternationalCards: allowInternationalCards ?? true,
            minimumAmount: minimum, maximumAmount: maximum,
            maxCustomerDeclines: maxCustomerDeclines.map {
                validation.integer($0, in: 0...1_000, "max_customer_declines")
            },
            fulfillmentDelayHours: validation.integer(fulfillmentDelay ?? 0, in: 0...8_760, "fulfillment_delay"),
            category: category.map { category in
                CampaignTerms.Category(
                    id: validation.integer(category.id, in: Self.numbers, "category", "id"),
                    name: validation.required(category.name, "category", "name"))
            },
            gatewayID: gatewayID.map { validation.integer($0, in: Self.numbers, "gateway_id") },
            paymentOrchestratorID: paymentOrchestratorID.map {
                validation.integer($0, in: Self.numbers, "payment_orchestrator_id")
            },
            taxEnabled: taxEnabled ?? false,
            taxProvider: validation.choice(taxProvider, of: Self.taxProviders, "tax_provider"),
            throttlePercent: validation.integer(throttlePercent ?? 0, in: 0...100, "throttle_percent"))
    }

    private func amount(_ text: DecimalText?, _ name: String, _ validation: inout Validation) -> Int64? {
        guard let text else { return nil }
        guard let amount = Int64(text.text) else {
            validation.fail([name], "invalid_type", "This must be a whole number of minor units.")
            return nil
        }
        return validation.integer(amount, in: Self.amounts, name)
    }

    private func countries(_ validation: inout Validation) -> [String] {
        distinct(allowedCountries, "allowed_countries", &validation) { text, path, validation in
            let code = text.uppercased()
            if code.utf8.count != 2 || !code.utf8.allSatisfy((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains) {
                validation.fail(path, "invalid_country", "This is not an ISO 3166 country code.")
            }
            return code
        }
    }

    private func currencies(_ validation: inout Validation) -> [Currency] {
        let codes = distinct(allowedCurrencies, "allowed_currencies", &validation) { text, path, validation in
            let code = text.uppercased()
            if Currency(code) == nil {
                validation.fail(path, "invalid_currency", "This is not an ISO 4217 currency code.")
            }
            return code
        }
        return codes.compactMap { Currency($0) }
    }

    private func brands(_ validation: inout Validation) -> [String] {
        distinct(allowedCardBrands, "allowed_card_brands", &validation) { text, path, validation in
            let brand = text.lowercased()
            if !Self.cardBrands.contains(brand) {
                let known = Self.cardBrands.joined(separator: ", ")
                validation.fail(path, "invalid_choice", "This must be one of: \(known).")
            }
            return brand
        }
    }

    /// The values as read, each once, in their order.
    private func distinct(
        _ texts: [String]?, _ name: String, _ validation: inout Validation,
        _ read: (String, [String], inout Validation) -> String
    ) -> [String] {
        guard let texts else { return [] }
        guard texts.count <= 300 else {
            validation.fail([name], "too_many", "There are at most 300.")
            return []
        }
        var seen: Set<String> = []
        return texts.enumerated().map { read($1, [name, "\($0)"], &validation) }.filter { seen.insert($0).inserted }
    }

    /// Prices have as many digits as the allowed currency with the fewest, so that they can be charged in each.
    private func products(
        _ currencies: [Currency], _ validation: inout Validation
    ) -> [CampaignProductContent] {
        guard let products else { return [] }
        guard products.count <= Self.maximumProducts else {
            validation.fail(["products"], "too_many", "There are at most \(Self.maximumProducts) products.")
            return []
        }
        let currency = currencies.min { $0.minorUnitDigits < $1.minorUnitDigits } ?? .usd
        let contents = products.enumerated().map { $1.content(at: $0, pricedIn: currency, &validation) }
        var seen: Set<String> = []
        for (index, content) in contents.enumerated() where !seen.insert(content.internalID).inserted {
            validation.fail(
                ["products", "\(index)", "internal_id"], "duplicate", "Another product has this internal id.")
        }
        // Together they leave room for the rest of the campaign in its events.
        validation.size(of: contents, "products", maximum: 512 << 10)
        return contents
    }
}

extension Validation {
    /// A text that may be absent and is one of a few.
    mutating func choice(_ text: String?, of known: [String], _ path: String...) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard known.contains(text) else {
            fail(path, "invalid_choice", "This must be one of: \(known.joined(separator: ", ")).")
            return nil
        }
        return text
    }
}
