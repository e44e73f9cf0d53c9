import Edge
import Messaging
import Schema

/// `POST /checkout/transactions/refund` (`healthsuite.md`, "Refund Transaction"): gives money back and answers with the
/// whole order.
struct RefundRoutes: Sendable {
    let book: CheckoutBook
    let counter: PaymentCounter
    let idempotency: Idempotency

    var routes: [Route] {
        var suite = RouteGroup(HealthSuite())
        suite.post("/checkout/transactions/refund", refund)
        return suite.routes
    }

    private func refund(_ request: APIRequest) async throws -> APIResponse {
        let body = try request.decode(RefundBody.self)
        var validation = Validation()
        let number = validation.required(body.transactionNumber, "transaction_number")
        let reason = validation.optional(body.reason, "refund_reason")
        // In the currency with the most digits anything above zero can be an amount.
        if let amount = body.amount, !amount.text.isEmpty, !amount.text.contains(where: { ("1"..."9").contains($0) }) {
            validation.fail(["amount"], "out_of_range", "This field must be at least 0.01.")
        }
        try validation.check()
        let account = request.principal.account
        guard let known = try await counter.charges.order(ofTransaction: number, account: account) else {
            throw RequestError.notFound("transaction")
        }
        let open = try await counter.charge(request, idempotency) { transaction in
            try await book.refund(
                known.transaction, of: known.order, account: account, isExternal: body.isExternal ?? false,
                reason: reason, amount: { try body.amount(in: $0) }, in: transaction)
        }
        let reply = try await counter.reply(to: open.receipt.transactionID)
        if reply.isRefused {
            let reason = reply.charge.snapshot?.response ?? "The refund was refused."
            throw RequestError.rejected(code: "refund_refused", message: reason)
        }
        guard let order = try await book.store.order(known.order, of: account) else {
            throw RequestError.notFound("order")
        }
        let isKnown = reply.charge.snapshot?.isAnswer == true
        return try .json(
            HealthSuite.Answer(
                RefundedOrderBody(order),
                message: isKnown ? "Transaction refunded successfully" : "Refund is being processed"))
    }
}

extension RefundBody {
    /// The amount in minor units; nil for all that is left.
    fileprivate func amount(in currency: Currency) throws -> Int64? {
        guard let amount, !amount.text.isEmpty else { return nil }
        var validation = Validation()
        let value = validation.amount(amount, in: currency, isRounded: true, "amount")
        if validation.errors.isEmpty, value <= 0 {
            validation.fail(["amount"], "out_of_range", "This field must be at least 0.01.")
        }
        try validation.check()
        return value
    }
}

/// An order as Refund Transaction shows it.
struct RefundedOrderBody: Encodable, Sendable {
    private let document: [String: JSONValue]

    init(_ order: CheckoutOrder) {
        let checkout = order.checkout
        func money(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, currency: checkout.currency) }
        func text(_ minorUnits: Int64) -> JSONValue { .string(money(minorUnits).decimalString) }
        let transactions = order.charges.compactMap(\.snapshot).filter { $0.status != .failed }
        let items = order.cartItems.map { item -> JSONValue in
            var fields: [String: JSONValue] = [
                "quantity": .string("\(item.quantity)"), "unit_price": text(item.unitPrice),
                "shipping_price": text(item.shippingPrice), "subtotal": HealthSuite.number(money(item.subtotal)),
                "tax": HealthSuite.number(money(item.tax)), "is_upsell": .bool(item.isUpsell),
            ]
            if !item.isUpsell { fields["offer_id"] = .number(JSONNumber(item.productNumber)) }
            return .object(fields)
        }
        document = [
            "order_number": .string(checkout.number), "status": .string(checkout.status.rawValue),
            "currency": .string(checkout.currency.code),
            "created_at": .string(HealthSuite.dateTime(checkout.createdAt)),
            "transactions": .array(transactions.map(Self.row)),
            "cart": [
                "tax": text(checkout.totals.tax), "items": .array(items), "total": text(checkout.totals.total),
                "shipping": text(checkout.totals.shipping), "subtotal": text(checkout.totals.subtotal),
            ],
        ]
    }

    func encode(to encoder: any Encoder) throws { try document.encode(to: encoder) }

    private static func row(_ snapshot: TransactionSnapshot) -> JSONValue {
        let method = HealthSuite.paymentMethod(snapshot.method, hasCard: snapshot.card != nil)
        return [
            "transaction_number": .string(snapshot.number),
            "external_transaction_id": snapshot.externalTransactionID.map { .string($0) } ?? .null,
            "status": .string(snapshot.status.rawValue),
            "amount": .string(snapshot.money(snapshot.amount).decimalString),
            "currency": .string(snapshot.currency.code), "payment_method": .string(method),
            "is_upsell": .bool(snapshot.isUpsell), "upsell_depth": .number(JSONNumber(snapshot.upsellDepth)),
            "gateway_response": snapshot.response.map { .string($0) } ?? .null,
            "created_at": .string(HealthSuite.dateTime(snapshot.createdAt)),
            "updated_at": .string(HealthSuite.dateTime(snapshot.updatedAt)),
        ]
    }
}
