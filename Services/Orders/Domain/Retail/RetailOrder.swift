import Schema

/// An order as a client of the clienteling API tells of it. What is left out says nothing.
struct RetailOrder: Codable, Equatable, Sendable {
    var currency: Currency?
    var lines: [OrderLine]?
    /// What the whole comes to, in minor units: must agree with what is known.
    var total: Int64?
    var buyer: Buyer?
    var orderedAt: Timestamp?
    var status: OrderStatus?
    /// What no other API knows, by this API's names.
    var retail: [String: JSONValue] = [:]

    /// Whether the order is to be called off.
    var isCancelled: Bool { status == .cancelled }

    /// The order that this reports.
    ///
    /// - Throws: ``RetailOrderRefusal``.
    func newOrder(_ externalID: String) throws(RetailOrderRefusal) -> NewOrder {
        guard let currency, let lines else { throw .itemsMissing }
        let order: NewOrder
        do {
            order = try NewOrder(
                channelOrderID: externalID, externalID: nil, currency: currency, lines: lines, buyer: buyer,
                metadata: nil, orderedAt: orderedAt)
        } catch {
            throw .tooLarge
        }
        // Either amount would hide the fault of whoever sends it.
        if let total, total != order.total.minorUnits { throw .totalWrong }
        return order
    }

    /// Looks whether this can be said of an order that there is.
    ///
    /// - Throws: ``RetailOrderRefusal`` where it contradicts what cannot be changed.
    func check(_ order: Order, isOfCheckout: Bool) throws(RetailOrderRefusal) {
        if let currency, currency != order.total.currency { throw .currencyFixed }
        if let lines, lines.map(\.sold) != order.lines.map(\.sold) { throw .itemsFixed }
        if let total, total != order.total.minorUnits { throw .totalWrong }
        if let status, status != .cancelled, order.status == .cancelled { throw .cancelled }
        guard isOfCheckout else { return }
        if let orderedAt, orderedAt != order.orderedAt { throw .ofCheckout }
    }
}

/// Why what a client says of an order can never be done.
enum RetailOrderRefusal: Error, Equatable {
    case itemsMissing
    case itemsFixed
    case currencyFixed
    case cancelled
    case ofCheckout
    case notPlaced
    case shipped
    case tooLarge
    case totalWrong
}

extension OrderLine {
    /// What a line sells. Its name is the product's.
    fileprivate var sold: OrderLine {
        OrderLine(externalID: externalID, sku: sku, quantity: quantity, unitAmount: unitAmount)
    }
}

extension Buyer {
    /// What is known of the buyer, and what is said of them now, which counts.
    func updated(with said: Buyer?) -> Buyer {
        guard let said else { return self }
        var buyer = Buyer(
            name: said.name ?? name, email: said.email ?? email, phone: said.phone ?? phone,
            addressLine1: said.addressLine1 ?? addressLine1, addressLine2: said.addressLine2 ?? addressLine2,
            city: said.city ?? city, region: said.region ?? region, postalCode: said.postalCode ?? postalCode,
            country: said.country ?? country)
        buyer.firstName = said.firstName ?? firstName
        buyer.lastName = said.lastName ?? lastName
        return buyer
    }
}
