import Edge
import HTTPTypes
import Schema

/// `POST /checkout/tax` (`healthsuite.md`, "Calculate Tax"): what the cart of a campaign is taxed with. Nothing is kept.
struct TaxRoutes: Sendable {
    let campaigns: CampaignStore
    let taxes: CampaignTaxes

    var routes: [Route] {
        var checkout = RouteGroup(HealthSuite())
        checkout.post("/checkout/tax", permission: "api:tax.calculate", calculate)
        return checkout.routes
    }

    private func calculate(_ request: APIRequest) async throws -> APIResponse {
        let body = try request.decode(TaxRequest.self)
        let account = request.principal.account
        let campaign: TaxedCampaign? =
            if let id = body.campaignID { try await campaigns.campaign(id, of: account) } else { nil }
        // Faults of the cart are told together with that of the campaign.
        let cart = try body.cart(in: campaign)
        guard let campaign, campaign.isTaxed else { return try answer(.none, in: cart.currency) }
        do {
            return try answer(try await taxes.tax(for: cart, by: campaign.provider), in: cart.currency)
        } catch TaxProviderError.rejected(let reason) {
            throw RequestError.rejected(code: "tax_rejected", message: reason)
        } catch TaxProviderError.unavailable {
            throw RequestError.unavailable
        } catch is MoneyError {
            throw RequestError.invalid("line_items", code: "out_of_range", "The cart's total is too large.")
        }
    }

    private func answer(_ tax: ComputedTax, in currency: Currency) throws -> APIResponse {
        try .json(HealthSuite.Answer(TaxBody(tax, in: currency)))
    }
}

/// The body of `POST /checkout/tax`.
struct TaxRequest: Decodable, Sendable {
    /// Numbers are read too: the dialect is lenient.
    let campaignID: String?
    let shipping: DecimalText?
    let destination: Destination?
    let lines: [Line]?

    struct Destination: Decodable, Sendable {
        let country: String?
        let zip: String?
        let state: String?
        let city: String?
        let street: String?
    }

    struct Line: Decodable, Sendable {
        let sku: String?
        let quantity: Int?
        let unitPrice: DecimalText?
        let taxCode: String?

        enum CodingKeys: String, CodingKey {
            case sku, quantity
            case unitPrice = "unit_price"
            case taxCode = "tax_code"
        }
    }

    enum CodingKeys: String, CodingKey {
        case shipping
        case campaignID = "campaign_id"
        case destination = "to_address"
        case lines = "line_items"
    }

    /// - Parameter campaign: nil if the account has none of this id.
    func cart(in campaign: TaxedCampaign?) throws(RequestError) -> TaxCart {
        var validation = Validation()
        let id = validation.required(campaignID, "campaign_id")
        if !id.isEmpty, campaign == nil {
            validation.fail(["campaign_id"], "unknown", "The selected campaign is invalid.")
        }
        let currency = campaign?.currency ?? .usd
        let cart = TaxCart(
            destination: address(&validation), lines: lines(currency, &validation),
            shipping: shipping == nil ? 0 : validation.amount(shipping, in: currency, isRounded: true, "shipping"),
            currency: currency)
        try validation.check()
        return cart
    }

    private func address(_ validation: inout Validation) -> PostalAddress {
        let country = validation.required(destination?.country, "to_address", "country")
        if !country.isEmpty, country.count != 2 || !country.allSatisfy({ $0.isASCII && $0.isLetter }) {
            validation.fail(["to_address", "country"], "invalid", "This must be a two-letter country code.")
        }
        return PostalAddress(
            address1: validation.optional(destination?.street, "to_address", "street") ?? "",
            city: validation.optional(destination?.city, "to_address", "city", maximum: 100) ?? "",
            state: validation.required(destination?.state, "to_address", "state", maximum: 100),
            postalCode: validation.required(destination?.zip, "to_address", "zip", maximum: 20), country: country)
    }

    private func lines(_ currency: Currency, _ validation: inout Validation) -> [TaxLine] {
        guard let lines, !lines.isEmpty else {
            validation.fail(["line_items"], "required", "This field is required.")
            return []
        }
        if lines.count > Self.maximumLines {
            validation.fail(["line_items"], "too_many", "This must have at most \(Self.maximumLines) items.")
            return []
        }
        return lines.enumerated().map { index, line in
            let place = String(index)
            return TaxLine(
                id: place, sku: validation.optional(line.sku, "line_items", place, "sku", maximum: 100),
                quantity: validation.integer(
                    line.quantity, in: 1...Self.maximumQuantity, "line_items", place, "quantity"),
                unitPrice: validation.amount(
                    line.unitPrice, in: currency, isRounded: true, "line_items", place, "unit_price"),
                discount: 0,
                taxCode: validation.optional(line.taxCode, "line_items", place, "tax_code", maximum: 100),
                taxRate: nil)
        }
    }

    private static let maximumLines = 500
    private static let maximumQuantity = 1_000_000
}

/// The answer of `POST /checkout/tax`.
struct TaxBody: Encodable, Sendable {
    let amount: JSONValue
    let rate: JSONValue
    /// An empty array where no provider ran, as the document shows it.
    let breakdown: JSONValue
    let isEnabled: Bool

    enum CodingKeys: String, CodingKey {
        case breakdown
        case amount = "tax_amount"
        case rate = "tax_rate"
        case isEnabled = "tax_enabled"
    }

    init(_ tax: ComputedTax, in currency: Currency) {
        func number(_ minorUnits: Int64) -> JSONValue {
            HealthSuite.number(Money(minorUnits: minorUnits, currency: currency))
        }
        amount = number(tax.amount)
        rate = JSONNumber(tax.rate).map { .number($0) } ?? .null
        isEnabled = tax.isEnabled
        breakdown =
            tax.isEnabled
            ? [
                // The document knows no taxes of countries.
                "state": number(tax.parts.tax(at: .state, .country)), "county": number(tax.parts.tax(at: .county)),
                "city": number(tax.parts.tax(at: .city)), "special": number(tax.parts.tax(at: .special)),
            ] : []
    }
}
