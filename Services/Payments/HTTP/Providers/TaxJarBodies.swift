import Edge
import FoundationEssentials
import Schema

/// The body of `POST /v2/taxes`: amounts as numbers of the currency's major unit.
struct TaxJarCart: Encodable {
    let country: String
    let zip: String
    let state: String
    let city: String?
    let street: String?
    let shipping: JSONValue
    let amount: JSONValue
    let lines: [TaxJarLine]

    init(_ cart: TaxCart) throws(MoneyError) {
        let address = cart.destination
        country = address.country
        zip = address.postalCode
        state = address.state
        city = address.city.isEmpty ? nil : address.city
        street = address.address1.isEmpty ? nil : address.address1
        shipping = HealthSuite.number(Money(minorUnits: cart.shipping, currency: cart.currency))
        amount = HealthSuite.number(Money(minorUnits: try cart.total(), currency: cart.currency))
        lines = cart.lines.map { TaxJarLine($0, in: cart.currency) }
    }

    enum CodingKeys: String, CodingKey {
        case shipping, amount
        case country = "to_country"
        case zip = "to_zip"
        case state = "to_state"
        case city = "to_city"
        case street = "to_street"
        case lines = "line_items"
    }
}

/// A line of a cart or of an order.
struct TaxJarLine: Encodable {
    let id: String
    let quantity: Int
    let sku: String?
    let taxCode: String?
    let unitPrice: JSONValue
    let discount: JSONValue

    init(_ line: TaxLine, in currency: Currency) {
        id = line.id
        quantity = line.quantity
        sku = line.sku
        taxCode = line.taxCode
        unitPrice = HealthSuite.number(Money(minorUnits: line.unitPrice, currency: currency))
        discount = HealthSuite.number(Money(minorUnits: line.discount, currency: currency))
    }

    enum CodingKeys: String, CodingKey {
        case id, quantity, discount
        case sku = "product_identifier"
        case taxCode = "product_tax_code"
        case unitPrice = "unit_price"
    }
}

/// The body of `POST /v2/transactions/orders` and `…/refunds`.
struct TaxJarTransaction: Encodable {
    let id: String
    let referenceID: String?
    let date: String
    let country: String
    let zip: String
    let state: String
    let city: String
    let street: String
    let amount: JSONValue
    let shipping: JSONValue
    let tax: JSONValue
    let lines: [TaxJarLine]

    init(_ report: TaxReport) {
        func number(_ minorUnits: Int64) -> JSONValue {
            HealthSuite.number(Money(minorUnits: minorUnits, currency: report.currency))
        }
        id = report.id
        referenceID = report.referenceID
        date = report.date.rfc3339
        country = report.destination.country
        zip = report.destination.postalCode
        state = report.destination.state
        city = report.destination.city
        street = report.destination.address1
        amount = number(report.amount)
        shipping = number(report.shipping)
        tax = number(report.tax)
        lines = report.lines.map { TaxJarLine($0, in: report.currency) }
    }

    enum CodingKeys: String, CodingKey {
        case amount, shipping
        case id = "transaction_id"
        case referenceID = "transaction_reference_id"
        case date = "transaction_date"
        case country = "to_country"
        case zip = "to_zip"
        case state = "to_state"
        case city = "to_city"
        case street = "to_street"
        case tax = "sales_tax"
        case lines = "line_items"
    }
}

/// The answer of `POST /v2/taxes`.
struct TaxJarTaxes: Decodable {
    let tax: Tax

    struct Tax: Decodable {
        let collected: Decimal
        let rate: Decimal
        let jurisdictions: Jurisdictions?
        let breakdown: Breakdown?

        enum CodingKeys: String, CodingKey {
            case rate, jurisdictions, breakdown
            case collected = "amount_to_collect"
        }

        func computed(in currency: Currency) throws -> ComputedTax {
            let amount = try Optional(collected).minorUnits(in: currency)
            return ComputedTax(
                amount: amount, rate: rate.rateText, isEnabled: true,
                parts: try breakdown?.parts(of: amount, in: jurisdictions, currency) ?? TaxParts())
        }
    }

    /// Where it is levied, as far as TaxJar tells.
    struct Jurisdictions: Decodable {
        let country: String?
        let state: String?
        let county: String?
        let city: String?
    }

    /// Who levies it: in the US all four, in Canada the federation and the province, elsewhere the country.
    struct Breakdown: Decodable {
        let values: [String: Decimal]
        let shipping: Decimal?

        private struct Name: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        private struct Shipping: Decodable {
            let collected: Decimal?

            enum CodingKeys: String, CodingKey { case collected = "tax_collectable" }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Name.self)
            var values: [String: Decimal] = [:]
            for key in container.allKeys where !["shipping", "line_items"].contains(key.stringValue) {
                values[key.stringValue] = try container.decodeIfPresent(Decimal.self, forKey: key)
            }
            self.values = values
            shipping = try container.decodeIfPresent(Shipping.self, forKey: Name(stringValue: "shipping"))?.collected
        }

        /// - Parameter amount: What is collected. TaxJar rounds each part by itself, so they need not add up to it.
        func parts(of amount: Int64, in places: Jurisdictions?, _ currency: Currency) throws -> TaxParts {
            func name(_ place: String?, _ fallback: String) -> String { place?.uppercased() ?? fallback }
            let country = name(places?.country, "COUNTRY")
            let state = places?.state.map { StateTaxRates.state(called: $0)?.name.uppercased() ?? $0 } ?? "STATE"
            let county = name(places?.county, "COUNTY")
            let levied: [(level: TaxLevel, jurisdiction: String, rate: String, collected: String)] = [
                (.country, country, "country_tax_rate", "country_tax_collectable"),
                (.country, "\(country) GST", "gst_tax_rate", "gst"), (.state, "\(state) PST", "pst_tax_rate", "pst"),
                (.state, "\(state) QST", "qst_tax_rate", "qst"),
                (.state, state, "state_tax_rate", "state_tax_collectable"),
                (.county, county, "county_tax_rate", "county_tax_collectable"),
                (.city, name(places?.city, "CITY"), "city_tax_rate", "city_tax_collectable"),
                (.special, "\(county) DISTRICT TAX", "special_tax_rate", "special_district_tax_collectable"),
            ]
            let known = try levied.compactMap { part in
                let collected = try values[part.collected].minorUnits(in: currency)
                return collected > 0 ? (part, collected) : nil
            }
            let details = zip(known, Shares.of(amount, by: known.map(\.1))).map { known, share in
                TaxDetail(
                    level: known.0.level, jurisdiction: known.0.jurisdiction,
                    rate: (values[known.0.rate] ?? 0).rateText, tax: share)
            }
            let shipping = try shipping.minorUnits(in: currency)
            return TaxParts(details: details, shipping: shipping > 0 ? min(shipping, amount) : nil)
        }
    }
}

extension Decimal {
    /// As rates are written here: `0.0725`.
    fileprivate var rateText: String { TaxRate(decimal: description)?.decimal ?? description }
}

extension Decimal? {
    /// Rounded to the currency's digits, as TaxJar computes in cents whatever the currency; 0 for none.
    fileprivate func minorUnits(in currency: Currency) throws(MoneyError) -> Int64 {
        guard let exact = self else { return 0 }
        let parts = exact.description.split(separator: ".")
        let fraction = parts.count == 2 ? parts[1] : ""
        let kept = fraction.prefix(currency.minorUnitDigits)
        let text = kept.isEmpty ? String(parts[0]) : "\(parts[0]).\(kept)"
        let money = try Money(decimal: text, currency: currency)
        guard let next = fraction.dropFirst(kept.count).first, next >= "5" else { return money.minorUnits }
        let step = Money(minorUnits: exact < 0 ? -1 : 1, currency: currency)
        return try (money + step).minorUnits
    }
}
