import Schema

/// An event of Stripe's webhooks, as far as it says what became of money.
struct StripeEvent: Decodable, Sendable {
    /// nil for events that say nothing of the kind.
    let notice: StripeNotice?

    private struct Envelope<Object: Decodable>: Decodable {
        struct Content: Decodable { let object: Object }
        let data: Content
    }

    private struct Dispute: Decodable {
        let intent: String?
        let reason: String?

        enum CodingKeys: String, CodingKey {
            case reason
            case intent = "payment_intent"
        }
    }

    private enum CodingKeys: String, CodingKey { case type }

    init(from decoder: any Decoder) throws {
        func object<Object: Decodable>(_ type: Object.Type) throws -> Object {
            try Envelope<Object>(from: decoder).data.object
        }
        switch try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .type) {
        case "payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled",
            "payment_intent.amount_capturable_updated":
            notice = StripeNotice(try object(StripeIntent.self))
        case "refund.updated", "refund.failed", "charge.refund.updated":
            notice = StripeNotice(try object(StripeRefund.self))
        // Money is taken back here, not when a dispute is opened: that can be an inquiry.
        case "charge.dispute.funds_withdrawn":
            let dispute = try object(Dispute.self)
            notice = StripeNotice(
                transaction: nil, externalID: dispute.intent,
                answer: GatewayAnswer(verdict: .chargeback, response: dispute.reason.map { "Dispute: \($0)" }))
        default: notice = nil
        }
    }
}

/// What Stripe tells of a transaction.
struct StripeNotice: Sendable {
    /// Our id of it, where Stripe carries it.
    let transaction: String?
    /// Stripe's.
    let externalID: String?
    let answer: GatewayAnswer

    init(transaction: String?, externalID: String?, answer: GatewayAnswer) {
        self.transaction = transaction
        self.externalID = externalID
        self.answer = answer
    }

    init(_ intent: StripeIntent) {
        self.init(
            transaction: intent.metadata?[StripeMetadata.transaction], externalID: intent.id,
            answer: intent.answer(in: nil))
    }

    init(_ refund: StripeRefund) {
        self.init(
            transaction: refund.metadata?[StripeMetadata.transaction], externalID: refund.id, answer: refund.answer)
    }
}
