import Edge
import Schema
import ServiceKit

/// The clienteling API's orders, which are those of the one order book. `externalOrderId` is the number that the order's
/// channel gave it: the dealer's, the checkout's or the clienteling client's own.
struct RetailOrderRoutes: Sendable {
    let orders: RetailOrders
    let idempotency: Idempotency

    var routes: [Route] {
        let records = RetailOS.ResourceRoutes<KnownOrder, RetailOrder>.Records(
            sorts: RetailOrders.sorts.map(\.key), fields: Self.fields,
            find: { [orders] reference, account in try await orders.order(reference, of: account) },
            page: { [orders] query, account in try await orders.page(query, of: account) },
            body: { $0.retailBody })
        return RetailOS.ResourceRoutes(orders.queue, records, idempotency: idempotency) { RetailOrder(&$0) }.routes
    }

    private static let fields: Set<String> = {
        let snapshot = OrderSnapshot(
            id: OrderID(), channelOrderID: "x", externalID: nil, status: .pending, currency: .eur, total: 0,
            lineItems: [], buyer: nil, orderedAt: .now(), createdAt: .now(), updatedAt: .now())
        return Set(RetailOS.order(snapshot, buyer: nil, retail: nil, isNew: true).keys)
    }()
}

extension KnownOrder {
    /// The order as the clienteling API shows it.
    fileprivate var retailBody: [String: JSONValue] {
        RetailOS.order(snapshot, buyer: buyer, retail: .object(order.retail), isNew: order.sequence == 1)
    }
}

extension RetailOrder {
    /// What the body of Upsert order says.
    init(_ body: inout RetailOS.UpsertBody) {
        self.init()
        body.require("currency", "items")
        readAmounts(&body)
        orderedAt = body.validation.timestamp(body.text("orderedAt"), "orderedAt")
        readStatus(&body)
        buyer = Self.buyer(&body)
        body.keep(
            texts: ["externalCustomerId", "externalStoreId", "externalUserId"], objects: ["details", "reporting"])
        retail = body.retail
    }

    /// Amounts need their currency.
    private mutating func readAmounts(_ body: inout RetailOS.UpsertBody) {
        guard ["currency", "items", "total"].contains(where: { body[$0] != nil }) else { return }
        currency = body.validation.currency(body.text("currency"), "currency")
        if let total: DecimalText = body.value("total") {
            self.total = body.validation.amount(total, in: currency, "total")
        }
        guard let items = body.list("items") else { return }
        guard !items.isEmpty, items.count <= DealerOrderRequest.maximumLineItems else {
            return body.validation.fail(
                ["items"], "out_of_range", "An order has 1 to \(DealerOrderRequest.maximumLineItems) items.")
        }
        lines = items.enumerated().map { index, item in
            Self.line(item, "\(index)", in: currency, &body.validation)
        }
        body.validation.size(of: lines, "items", maximum: DealerOrderRequest.maximumLineItemBytes)
    }

    private static func line(
        _ item: JSONValue, _ index: String, in currency: Currency?, _ validation: inout Validation
    ) -> OrderLine {
        func value<Value: Decodable>(_ name: String, _ validation: inout Validation) -> Value? {
            validation.value(item[name], "items", index, name)
        }
        let quantity: Int? = value("quantity", &validation)
        let price: DecimalText? = value("unitPrice", &validation)
        return OrderLine(
            externalID: validation.optional(
                value("externalProductId", &validation), "items", index, "externalProductId"),
            sku: validation.optional(value("sku", &validation), "items", index, "sku"),
            quantity: validation.integer(quantity, in: DealerOrderRequest.quantities, "items", index, "quantity"),
            unitAmount: validation.amount(price, in: currency, "items", index, "unitPrice"))
    }

    private mutating func readStatus(_ body: inout RetailOS.UpsertBody) {
        guard let text = body.text("status") else { return }
        let status = text == "canceled" ? .cancelled : OrderStatus(rawValue: text)
        if !status.isKnown {
            body.validation.fail(
                ["status"], "invalid_choice", "This must be pending, matched, unmatched or cancelled.")
        }
        self.status = status
    }

    private static func buyer(_ body: inout RetailOS.UpsertBody) -> Buyer? {
        let person = body.texts(in: "customer", ["name", "firstName", "lastName", "email", "telephone"])
        let address = body.texts(in: "deliveryAddress", RetailOS.addressFields)
        let name = [person["firstName"], person["lastName"]].compactMap { $0 }.joined(separator: " ")
        var buyer = Buyer(
            name: name.isEmpty ? person["name"] : name, email: person["email"], phone: person["telephone"],
            addressLine1: address["address1"], addressLine2: address["address2"], city: address["city"],
            region: address["county"], postalCode: address["postCode"], country: address["country"])
        buyer.firstName = person["firstName"]
        buyer.lastName = person["lastName"]
        return buyer == Buyer() ? nil : buyer
    }
}
