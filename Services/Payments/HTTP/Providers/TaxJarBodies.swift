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
        let breakdown: Breakdown?

        enum CodingKeys: String, CodingKey {
            case rate, breakdown
            case collected = "amount_to_collect"
        }

        func computed(in currency: Currency) throws -> ComputedTax {
            var parts: ComputedTax.Breakdown?
            if let breakdown {
                parts = ComputedTax.Breakdown(
                    state: try breakdown.state.minorUnits(in: currency),
                    county: try breakdown.county.minorUnits(in: currency),
                    city: try breakdown.city.minorUnits(in: currency),
                    special: try breakdown.special.minorUnits(in: currency))
            }
            let text = rate.description
            return ComputedTax(
                amount: try Optional(collected).minorUnits(in: currency),
                rate: TaxRate(decimal: text)?.decimal ?? text, isEnabled: true,
                breakdown: parts ?? ComputedTax.Breakdown())
        }
    }

    /// Other countries have other parts, which are left out.
    struct Breakdown: Decodable {
        let state: Decimal?
        let county: Decimal?
        let city: Decimal?
        let special: Decimal?

        enum CodingKeys: String, CodingKey {
            case state = "state_tax_collectable"
            case county = "county_tax_collectable"
            case city = "city_tax_collectable"
            case special = "special_district_tax_collectable"
        }
    }
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
