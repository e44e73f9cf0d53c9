import Edge
import Schema

/// The body of the dealer API's `POST /v1/orders`. Amounts are decimal strings in the currency's major unit.
struct DealerOrderRequest: Decodable, Sendable {
    struct LineItem: Decodable, Sendable {
        let externalID: String?
        let sku: String?
        let quantity: Int?
        let unitAmount: DecimalText?

        enum CodingKeys: String, CodingKey {
            case externalID = "external_id"
            case sku
            case quantity
            case unitAmount = "unit_amount"
        }
    }

    let channelOrderID: String?
    let externalID: String?
    let currency: String?
    let totalAmount: DecimalText?
    let lineItems: [LineItem]?
    let buyer: Buyer?
    let metadata: JSONValue?
    let orderedAt: String?

    enum CodingKeys: String, CodingKey {
        case channelOrderID = "channel_order_id"
        case externalID = "external_id"
        case currency
        case totalAmount = "total_amount"
        case lineItems = "line_items"
        case buyer
        case metadata
        case orderedAt = "ordered_at"
    }

    static let maximumLineItems = 500
    /// Of the line items as JSON: with the sealed buyer and catalog's allocations, every event of the order's life fits
    /// into one record of the broker.
    static let maximumLineItemBytes = 512 << 10
    static let quantities: ClosedRange<Int> = 1...1_000_000

    /// The order that this body reports.
    func order() throws(RequestError) -> NewOrder {
        var validation = Validation()
        let channelOrderID = validation.required(channelOrderID, "channel_order_id")
        let externalID = validation.optional(externalID, "external_id")
        let currency = validation.currency(currency, "currency")
        let lines = lines(in: currency, &validation)
        let buyer = buyer(&validation)
        let metadata = validation.metadata(metadata)
        let orderedAt = validation.timestamp(orderedAt, "ordered_at")
        try validation.check()
        guard let currency else { throw .validation([]) }
        let order: NewOrder
        do {
            order = try NewOrder(
                channelOrderID: channelOrderID, externalID: externalID, currency: currency, lines: lines, buyer: buyer,
                metadata: metadata, orderedAt: orderedAt)
        } catch {
            throw .invalid("total_amount", code: "invalid_amount", "The total is too large.")
        }
        try checkTotal(of: order)
        return order
    }

    /// A total that contradicts the lines is a fault of the reporting site: recording either amount would hide it.
    private func checkTotal(of order: NewOrder) throws(RequestError) {
        guard let totalAmount else { return }
        var validation = Validation()
        let total = validation.amount(totalAmount, in: order.total.currency, "total_amount")
        if validation.errors.isEmpty, total != order.total.minorUnits {
            validation.fail(
                ["total_amount"], "total_mismatch",
                "The line items add up to \(order.total.decimalString), not to \(totalAmount.text).")
        }
        try validation.check()
    }

    private func lines(in currency: Currency?, _ validation: inout Validation) -> [OrderLine] {
        guard let lineItems, !lineItems.isEmpty else {
            validation.fail(["line_items"], "required", "An order has at least one line item.")
            return []
        }
        guard lineItems.count <= Self.maximumLineItems else {
            validation.fail(["line_items"], "too_many", "An order has at most \(Self.maximumLineItems) line items.")
            return []
        }
        let lines = lineItems.enumerated().map { index, item in
            let line = "\(index)"
            return OrderLine(
                externalID: validation.optional(item.externalID, "line_items", line, "external_id"),
                sku: validation.optional(item.sku, "line_items", line, "sku"),
                quantity: validation.integer(item.quantity, in: Self.quantities, "line_items", line, "quantity"),
                unitAmount: validation.amount(item.unitAmount, in: currency, "line_items", line, "unit_amount"))
        }
        validation.size(of: lines, "line_items", maximum: Self.maximumLineItemBytes)
        return lines
    }

    private func buyer(_ validation: inout Validation) -> Buyer? {
        guard let buyer else { return nil }
        return Buyer(
            name: validation.optional(buyer.name, "buyer", "name"),
            email: validation.optional(buyer.email, "buyer", "email"),
            phone: validation.optional(buyer.phone, "buyer", "phone"),
            addressLine1: validation.optional(buyer.addressLine1, "buyer", "address_line1"),
            addressLine2: validation.optional(buyer.addressLine2, "buyer", "address_line2"),
            city: validation.optional(buyer.city, "buyer", "city"),
            region: validation.optional(buyer.region, "buyer", "region"),
            postalCode: validation.optional(buyer.postalCode, "buyer", "postal_code"),
            country: validation.optional(buyer.country, "buyer", "country"))
    }
}
