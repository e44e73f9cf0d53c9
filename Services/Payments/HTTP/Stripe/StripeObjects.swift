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
    let nextAction: NextAction?

    /// Stripe answers the id alone unless it is expanded.
    struct Charge: Decodable, Sendable {
        let balance: Balance?
        /// Of a charge through PayPal: who approved.
        let payerEmail: String?

        init(from decoder: any Decoder) throws {
            let container = try? decoder.container(keyedBy: CodingKeys.self)
            balance = try? container?.decode(Balance.self, forKey: .balance)
            payerEmail = (try? container?.decode(Method.self, forKey: .method))?.paypal?.payerEmail
        }

        enum CodingKeys: String, CodingKey {
            case balance = "balance_transaction"
            case method = "payment_method_details"
        }

        private struct Method: Decodable {
            struct PayPal: Decodable {
                let payerEmail: String?
                enum CodingKeys: String, CodingKey { case payerEmail = "payer_email" }
            }
            let paypal: PayPal?
        }
    }

    /// What the buyer has to do.
    struct NextAction: Decodable, Sendable {
        struct Redirect: Decodable, Sendable { let url: String? }
        let redirect: Redirect?

        enum CodingKeys: String, CodingKey { case redirect = "redirect_to_url" }
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
        case nextAction = "next_action"
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
        answer.payerEmail = latestCharge?.payerEmail
        return answer
    }

    private var verdict: GatewayAnswer.Verdict {
        switch status {
        case "succeeded": .completed
        case "requires_capture": .authorized
        case "canceled": .voided
        case "requires_payment_method": .declined(code: error?.reason ?? "generic_decline")
        // Without a page to send the buyer to, a bank that asks for them declines.
        case "requires_action":
            nextAction?.redirect?.url.map { .redirect($0) } ?? .declined(code: "authentication_required")
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
