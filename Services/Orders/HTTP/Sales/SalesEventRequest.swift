import Edge
import FoundationEssentials
import Schema

/// The body of Noticia's `POST /v1/sales-events`. Amounts are integers of minor units, "cents", in every currency.
struct SalesEventRequest: Decodable, Sendable {
    let externalID: String?
    let type: String?
    let occurredAt: String?
    let storeID: String?
    let profileID: String?
    let currency: String?
    let totalAmount: Int64?
    let totalDiscount: Int64?
    let totalTax: Int64?
    let lineItems: [SaleItemRequest]?
    let loyalty: SaleLoyalty?
    let payments: [Payment]?
    let source: String?
    let metadata: JSONValue?

    struct Payment: Decodable, Sendable {
        let method: String?
        let amount: Int64?

        enum CodingKeys: String, CodingKey {
            case method
            case amount = "amount_cents"
        }
    }

    enum CodingKeys: String, CodingKey {
        case type, currency, loyalty, payments, source, metadata
        case externalID = "external_id"
        case occurredAt = "occurred_at"
        case storeID = "store_id"
        case profileID = "profile_id"
        case totalAmount = "total_amount_cents"
        case totalDiscount = "total_discount_cents"
        case totalTax = "total_tax_cents"
        case lineItems = "line_items"
    }

    /// What a number of JSON holds in every client's language (RFC 8259, 6).
    static let amounts: ClosedRange<Int64> = 0...((1 << 53) - 1)
    static let points: ClosedRange<Int64> = -amounts.upperBound...amounts.upperBound
    static let maximumLineItems = 500
    static let maximumPayments = 50
    /// Of the line items as JSON, so that the sale's event fits into one record of the broker.
    static let maximumLineItemBytes = 512 << 10

    /// The sale that this body reports.
    func report() throws(RequestError) -> SaleReport {
        var validation = Validation()
        let externalID = validation.optional(externalID, "external_id")
        if let externalID, SalesEventID(externalID) != nil {
            validation.fail(["external_id"], "invalid", "This reads as one of our own ids; nobody could refer to it.")
        }
        let type = type(&validation)
        let occurredAt = occurredAt(&validation)
        let store = validation.required(storeID, "store_id")
        let buyer = validation.optional(profileID, "profile_id")
        let currency = validation.currency(currency, "currency")
        let total = validation.integer(totalAmount, in: Self.amounts, "total_amount_cents")
        let detail = detail(&validation)
        try validation.check()
        guard let currency, let occurredAt else { throw .validation([]) }
        return SaleReport(
            externalID: externalID, type: type, occurredAt: occurredAt, store: StoreReference(store),
            buyer: buyer.map(BuyerReference.init), total: Money(minorUnits: total, currency: currency), detail: detail)
    }

    private func type(_ validation: inout Validation) -> SaleType {
        guard let type, !type.isEmpty else {
            validation.fail(["type"], "required", "This field is required.")
            return .purchase
        }
        guard let known = SalesEventType(rawValue: type) else {
            validation.fail(["type"], "invalid_choice", "This must be PURCHASE or RETURN.")
            return .purchase
        }
        return known.type
    }

    /// A time of day is needed: sales of a day have an order.
    private func occurredAt(_ validation: inout Validation) -> Timestamp? {
        guard let occurredAt, !occurredAt.isEmpty else {
            validation.fail(["occurred_at"], "required", "This field is required.")
            return nil
        }
        guard occurredAt.utf8.count > "2026-05-28".utf8.count else {
            validation.fail(["occurred_at"], "invalid_timestamp", "This is not an RFC 3339 time with its offset.")
            return nil
        }
        return validation.timestamp(occurredAt, "occurred_at")
    }

    private func detail(_ validation: inout Validation) -> SaleDetail {
        SaleDetail(
            totalDiscount: validation.integer(totalDiscount ?? 0, in: Self.amounts, "total_discount_cents"),
            totalTax: totalTax.map { validation.integer($0, in: Self.amounts, "total_tax_cents") },
            loyalty: loyalty(&validation), payments: payments(&validation),
            source: validation.optional(source, "source"), lines: lines(&validation),
            metadata: validation.metadata(metadata))
    }

    private func loyalty(_ validation: inout Validation) -> SaleLoyalty? {
        let points = [
            ("points_earned", loyalty?.pointsEarned), ("points_spent", loyalty?.pointsSpent),
            ("points_balance", loyalty?.pointsBalance),
        ]
        for (name, value) in points {
            if let value { _ = validation.integer(value, in: Self.points, "loyalty", name) }
        }
        return loyalty
    }

    private func payments(_ validation: inout Validation) -> [SalePayment]? {
        guard let payments else { return nil }
        guard payments.count <= Self.maximumPayments else {
            validation.fail(["payments"], "too_many", "A sale has at most \(Self.maximumPayments) payments.")
            return nil
        }
        return payments.enumerated().map { index, payment in
            SalePayment(
                method: validation.required(payment.method, "payments", "\(index)", "method"),
                amount: validation.integer(payment.amount, in: Self.amounts, "payments", "\(index)", "amount_cents"))
        }
    }

    private func lines(_ validation: inout Validation) -> [SaleItem] {
        guard let lineItems, !lineItems.isEmpty else {
            validation.fail(["line_items"], "required", "A sale has at least one line item.")
            return []
        }
        guard lineItems.count <= Self.maximumLineItems else {
            validation.fail(["line_items"], "too_many", "A sale has at most \(Self.maximumLineItems) line items.")
            return []
        }
        let lines = lineItems.enumerated().map { index, item in item.line(index, &validation) }
        if validation.errors.isEmpty {
            validation.size(of: lines, "line_items", maximum: Self.maximumLineItemBytes)
        }
        return lines
    }
}

/// One entry of `line_items`.
struct SaleItemRequest: Decodable, Sendable {
    struct Product: Decodable, Sendable {
        let externalID: String?
        let name: String?
        let properties: JSONValue?

        enum CodingKeys: String, CodingKey {
            case name, properties
            case externalID = "external_id"
        }
    }

    let externalID: String?
    let product: Product?
    let quantity: DecimalText?
    let unit: String?
    let unitPrice: Int64?
    let total: Int64?
    let discount: Int64?
    let tax: Int64?

    enum CodingKeys: String, CodingKey {
        case product, quantity, unit
        case externalID = "external_id"
        case unitPrice = "unit_price_cents"
        case total = "total_price_cents"
        case discount = "discount_cents"
        case tax = "tax_cents"
    }

    /// The goods that this entry tells of.
    func line(_ index: Int, _ validation: inout Validation) -> SaleItem {
        let line = "\(index)"
        let amounts = SalesEventRequest.amounts
        return SaleItem(
            externalID: validation.optional(externalID, "line_items", line, "external_id"),
            product: product.map { checked($0, line, &validation) }, quantity: quantity(line, &validation),
            unit: validation.optional(unit, "line_items", line, "unit"),
            unitPrice: unitPrice.map { validation.integer($0, in: amounts, "line_items", line, "unit_price_cents") },
            total: validation.integer(total, in: amounts, "line_items", line, "total_price_cents"),
            discount: discount.map { validation.integer($0, in: amounts, "line_items", line, "discount_cents") },
            tax: tax.map { validation.integer($0, in: amounts, "line_items", line, "tax_cents") })
    }

    private func checked(_ product: Product, _ line: String, _ validation: inout Validation) -> SaleProduct {
        if let properties = product.properties, !properties.isObject {
            validation.fail(
                ["line_items", line, "product", "properties"], "invalid_type", "This must be an object.")
        }
        return SaleProduct(
            externalID: validation.optional(product.externalID, "line_items", line, "product", "external_id"),
            name: validation.optional(product.name, "line_items", line, "product", "name"),
            properties: product.properties)
    }

    /// Kilograms and metres have decimals; more than six of them no till has.
    private func quantity(_ line: String, _ validation: inout Validation) -> Decimal {
        guard let quantity else {
            validation.fail(["line_items", line, "quantity"], "required", "This field is required.")
            return 0
        }
        guard JSONNumber(quantity.text) != nil, let number = Decimal(string: quantity.text), number > 0,
            number <= 1_000_000_000, number.exponent >= -6
        else {
            validation.fail(
                ["line_items", line, "quantity"], "out_of_range",
                "This must be a number above 0, up to 1000000000, with at most six decimals.")
            return 0
        }
        return number
    }
}

/// The values of `type`.
enum SalesEventType: String, CaseIterable {
    case purchase = "PURCHASE"
    case `return` = "RETURN"

    var type: SaleType {
        switch self {
        case .purchase: .purchase
        case .return: .return
        }
    }
}
