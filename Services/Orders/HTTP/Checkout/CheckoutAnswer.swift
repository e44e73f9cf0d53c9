import Edge
import HTTPTypes
import Schema

/// What an operation that charges answers, beside what all of them do.
struct CheckoutAnswer: Sendable {
    let message: String
    /// The fields of the operation, in the words of its saved example.
    let fields: @Sendable (PaymentCounter.Receipt, ChargeReply) -> [String: JSONValue]

    static let order = CheckoutAnswer(message: "Order created successfully") { receipt, _ in
        ["customer_number": .string(receipt.customerNumber), "order_reused": .bool(receipt.isReused)]
    }

    static let payment = CheckoutAnswer(message: "Payment processed successfully") { _, reply in
        ["status": .string(reply.status.rawValue)]
    }

    static let upsell = CheckoutAnswer(message: "Upsell processed successfully") { _, reply in
        let snapshot = reply.charge.snapshot
        return [
            "status": .string(snapshot?.paymentStatus ?? "processing"),
            "upsell_depth": snapshot.map { .number(JSONNumber($0.upsellDepth)) } ?? .null,
            "upsell_count": snapshot.map { .number(JSONNumber($0.products.count)) } ?? .null,
        ]
    }
}

extension TransactionSnapshot {
    /// The status in the words that the checkout documents, with `processing` for what is not known yet.
    var paymentStatus: String {
        switch status {
        case .pending: "processing"
        case let status where status.isRefusal: "declined"
        default: status.rawValue
        }
    }

    func money(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, currency: currency) }
}

extension ChargeReply {
    /// What every answer says of the charge. Before payments has said anything, what it will add is null.
    var fields: [String: JSONValue] {
        var fields: [String: JSONValue] = [
            "transaction_number": .null, "payment_status": "processing",
            "subscription_created": .bool(charge.subscriptionNumber != nil),
            "subscription_number": charge.subscriptionNumber.map { .string($0) } ?? .null,
        ]
        guard let snapshot = charge.snapshot else { return fields }
        fields["transaction_number"] = .string(snapshot.number)
        fields["payment_status"] = .string(isSurplus ? "declined" : snapshot.paymentStatus)
        fields["total"] = HealthSuite.number(snapshot.money(snapshot.amount))
        fields["tax_amount"] = .string(snapshot.money(snapshot.tax).decimalString)
        fields["tax_rate"] = .number(JSONNumber(snapshot.taxRate) ?? JSONNumber(0))
        fields["currency"] = .string(snapshot.currency.code)
        if let descriptor = snapshot.descriptor { fields["gateway_descriptor"] = .string(descriptor) }
        if let url = snapshot.redirectURL, snapshot.status == .pendingRedirect { fields["redirect_url"] = .string(url) }
        return fields
    }

    /// Whether the charge has come to nothing, or goes back.
    var isRefused: Bool { isSurplus || charge.status?.isRefusal == true }

    /// Whether the order needed no money any more when it came.
    var isSurplus: Bool { charge.purpose == .surplus }
}

extension PaymentCounter {
    /// Waits for a charge and answers in the words of its operation.
    func answer(
        _ open: OpenReceipt, _ answer: CheckoutAnswer, enrichment: JSONValue? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> APIResponse {
        let reply = try await reply(to: open.receipt.transactionID)
        var data = reply.fields.merging(answer.fields(open.receipt, reply)) { _, own in own }
        data["order_number"] = .string(open.receipt.orderNumber)
        data["enrichment"] = enrichment
        guard !reply.isRefused else { return try Self.refusal("Payment declined", reply, data) }
        let isKnown = reply.charge.snapshot?.isAnswer == true
        return try .json(
            HealthSuite.Answer(data, message: isKnown ? answer.message : "Payment is being processed"), status: status)
    }

    /// Waits for a capture and answers it.
    func answerCapture(_ open: OpenReceipt) async throws -> APIResponse {
        let id = open.receipt.transactionID
        let reply = try await reply(to: id)
        var data = reply.fields
        data["order_number"] = .string(open.receipt.orderNumber)
        data["status"] = .string(reply.status.rawValue)
        if let email = try reply.charge.snapshot?.payerEmail.map({ try keyring.open($0) }) {
            data["payer_email"] = .string(email)
        }
        let isRefused = reply.isRefused || reply.charge.status == .pendingRedirect
        guard !isRefused else { return try Self.refusal("Payment capture failed", reply, data) }
        let isCompleted = reply.charge.snapshot?.isAnswer == true
        let message = open.receipt.isDone ? "Payment already captured" : "Payment captured successfully"
        return try .json(HealthSuite.Answer(data, message: isCompleted ? message : "Payment is being processed"))
    }

    /// A 422 that says why, and of which order and charge, so that another payment can be tried.
    private static func refusal(
        _ title: String, _ reply: ChargeReply, _ data: [String: JSONValue]
    ) throws -> APIResponse {
        let reason =
            reply.isSurplus
            ? "The order was paid another way or called off, and this payment is given back."
            : reply.charge.snapshot?.response ?? "The payment was not completed."
        let document: [String: JSONValue] = [
            "success": false, "message": .string("\(title): \(reason)"), "errors": ["payment": [.string(reason)]],
            "data": .object(data),
        ]
        return try .json(document, status: .unprocessableContent)
    }
}
