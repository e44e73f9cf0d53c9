import Schema

/// The parts of Stripe's objects that we read.
struct StripeIntent: Decodable, Sendable {
    let id: String
    let status: String
    let customer: String?
    let method: String?
    let metadata: [String: String]?
    let error: StripeFault?
    let latestCharge: Charge?

    /// Stripe answers the id alone unless it is expanded.
    struct Charge: Decodable, Sendable {
        let balance: Balance?

        init(from decoder: any Decoder) throws {
            balance = try? decoder.container(keyedBy: CodingKeys.self).decode(Balance.self, forKey: .balance)
        }

        enum CodingKeys: String, CodingKey { case balance = "balance_transaction" }
    }

    struct Balance: Decodable, Sendable {
        let fee: Int64
        let currency: String
    }

    enum CodingKeys: String, CodingKey {
        case id, status, customer, metadata
        case method = "payment_method"
        case error = "last_payment_error"
        case latestCharge = "latest_charge"
    }

    /// What it says of a charge.
    func answer(in currency: Currency?) -> GatewayAnswer {
        var answer = GatewayAnswer(verdict: verdict, externalID: id, response: error?.message ?? status)
        if status == "succeeded", let customer, let method {
            answer.savedToken = StripeToken(customer: customer, method: method).text
        }
        // In another currency it would be another number.
        if let fee = latestCharge?.balance, fee.fee > 0, fee.currency.uppercased() == currency?.code {
            answer.fee = fee.fee
        }
        return answer
    }

    private var verdict: GatewayAnswer.Verdict {
        switch status {
        case "succeeded": .completed
        case "requires_capture": .authorized
        case "canceled": .voided
        case "requires_payment_method": .declined(code: error?.reason ?? "generic_decline")
        // We charge without the buyer: who asks for them to confirm at their bank, declines.
        case "requires_action": .declined(code: "authentication_required")
        default: .pending
        }
    }
}

/// What is wrong with a request or a card.
struct StripeFault: Decodable, Sendable {
    let type: String?
    let code: String?
    let declineCode: String?
    let message: String?
    let intent: Reference?

    struct Reference: Decodable, Sendable { let id: String }

    enum CodingKeys: String, CodingKey {
        case type, code, message
        case declineCode = "decline_code"
        case intent = "payment_intent"
    }

    /// Why a card was declined, as exactly as it is told.
    var reason: String { declineCode ?? code ?? "generic_decline" }
}

/// A refund.
struct StripeRefund: Decodable, Sendable {
    let id: String
    let status: String
    let metadata: [String: String]?
    let failureReason: String?

    enum CodingKeys: String, CodingKey {
        case id, status, metadata
        case failureReason = "failure_reason"
    }

    var answer: GatewayAnswer {
        let verdict: GatewayAnswer.Verdict =
            switch status {
            case "succeeded": .completed
            case "failed", "canceled": .declined(code: failureReason ?? "refund_failed")
            default: .pending
            }
        return GatewayAnswer(verdict: verdict, externalID: id, response: status)
    }
}

/// A customer's card, which takes the customer's name to charge it.
struct StripeToken: Sendable, Equatable {
    var customer: String
    var method: String

    var text: String { "\(customer)/\(method)" }

    init(customer: String, method: String) {
        self.customer = customer
        self.method = method
    }

    init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard parts.count == 2 else { return nil }
        self.init(customer: String(parts[0]), method: String(parts[1]))
    }
}

struct StripeReference: Decodable, Sendable {
    let id: String
}

struct StripeList<Element: Decodable & Sendable>: Decodable, Sendable {
    let data: [Element]
}

/// What we have made for a transaction.
protocol StripeTagged {
    var metadata: [String: String]? { get }
}

extension StripeTagged {
    func isOf(_ key: TransactionID) -> Bool { metadata?[StripeMetadata.transaction] == key.description }
}

extension StripeIntent: StripeTagged {}
extension StripeRefund: StripeTagged {}

/// Where transactions' ids are kept in Stripe's objects.
enum StripeMetadata {
    static let transaction = "transaction_id"
    static let order = "order_number"
    static let customer = "customer_number"
}
