import Edge
import Foundation
import Schema
import Synchronization
import TestKit

@testable import Payments

/// A local server that answers as Stripe's documentation shows where localstripe does not know the way: buyers who are
/// sent to PayPal or to their bank (`next_action.redirect_to_url`), and captures of what they have approved.
final class StripeDouble: Sendable {
    private let receiver: WebhookReceiver
    private let books: Books

    private init(receiver: WebhookReceiver, books: Books) {
        self.receiver = receiver
        self.books = books
    }

    static func start() async throws -> StripeDouble {
        let books = Books()
        let receiver = try await WebhookReceiver.start { request in
            guard request.headers["authorization"] == "Bearer \(StripeTill.apiKey)" else { return .init(401) }
            return books.answer(request)
        }
        return StripeDouble(receiver: receiver, books: books)
    }

    var url: String { receiver.url("") }

    func stop() async { await receiver.stop() }

    /// The buyer agrees where they were sent: Stripe takes the money of a card, and holds what PayPal promises.
    func approve() {
        books.change { intent in
            let isManual = intent["capture_method"] == "manual"
            intent["status"] = isManual ? "requires_capture" : "succeeded"
            intent["next_action"] = .null
            if !isManual { intent["latest_charge"] = StripeDouble.charge }
        }
    }

    /// The buyer does not agree.
    func refuse() {
        books.change { intent in
            intent["status"] = "requires_payment_method"
            intent["next_action"] = .null
            intent["last_payment_error"] = [
                "type": "invalid_request_error", "code": "payment_intent_authentication_failure",
                "message": "The provided PaymentMethod has failed authentication.",
            ]
        }
    }

    var intents: [[String: JSONValue]] { books.intents }

    /// "The Charge object", as far as it is of interest.
    static let charge: JSONValue = [
        "id": "ch_1", "object": "charge",
        "balance_transaction": ["id": "txn_1", "object": "balance_transaction", "fee": 349, "currency": "usd"],
        "payment_method_details": ["type": "paypal", "paypal": ["payer_email": "payer@example.com"]],
    ]
}

/// What Stripe knows, and how it answers.
private final class Books: Sendable {
    private struct State {
        var intents: [String: [String: JSONValue]] = [:]
        /// Intents by idempotency key.
        var made: [String: String] = [:]
    }
    private let state = Mutex(State())

    var intents: [[String: JSONValue]] { state.withLock { Array($0.intents.values) } }

    func change(_ body: (inout [String: JSONValue]) -> Void) {
        state.withLock { state in
            for id in state.intents.keys { body(&state.intents[id, default: [:]]) }
        }
    }

    func answer(_ request: WebhookReceiver.Delivery) -> WebhookReceiver.Answer {
        let parts = request.path.split(separator: "/").map(String.init)
        let form = FormFields(request.body)
        switch (request.method, parts.dropFirst().first, parts.count) {
        case ("POST", "customers", 2): return .init(200, body: #"{"id":"cus_1","object":"customer"}"#)
        case ("POST", "payment_methods", _): return .init(200, body: #"{"id":"pm_1","object":"payment_method"}"#)
        case ("POST", "payment_intents", 2):
            return create(form, key: request.headers["idempotency-key"] ?? "")
        case ("GET", "payment_intents", 3): return show(parts[2])
        case ("POST", "payment_intents", 4): return move(parts[2], parts[3])
        default: return .init(404, body: #"{"error":{"type":"invalid_request_error"}}"#)
        }
    }

    /// "Create a PaymentIntent", confirmed at once.
    private func create(_ form: FormFields, key: String) -> WebhookReceiver.Answer {
        let id = state.withLock { state in
            if let made = state.made[key] { return made }
            let id = "pi_\(state.intents.count + 1)"
            let method = form["payment_method_types[]"] ?? ""
            state.intents[id] = [
                "id": .string(id), "object": "payment_intent", "status": "requires_action",
                "amount": .string(form["amount"] ?? ""), "customer": .string(form["customer"] ?? ""),
                "payment_method": method == "paypal" ? "pm_paypal" : .string(form["payment_method"] ?? ""),
                "payment_method_types": [.string(method)],
                "capture_method": .string(form["capture_method"] ?? "automatic"),
                "metadata": ["transaction_id": .string(form["metadata[transaction_id]"] ?? "")],
                "next_action": form["return_url"].map { back in
                    [
                        "type": "redirect_to_url",
                        "redirect_to_url": [
                            "return_url": .string(back), "url": .string("https://pm-redirects.stripe.com/\(id)"),
                        ],
                    ]
                } ?? ["type": "use_stripe_sdk", "use_stripe_sdk": [:]],
            ]
            state.made[key] = id
            return id
        }
        return show(id)
    }

    private func show(_ id: String) -> WebhookReceiver.Answer {
        guard let intent = state.withLock({ $0.intents[id] }), let body = try? JSON.text(JSONValue.object(intent))
        else { return .init(404, body: #"{"error":{"type":"invalid_request_error","code":"resource_missing"}}"#) }
        return .init(200, body: body)
    }

    /// "Capture a PaymentIntent" and "Cancel a PaymentIntent".
    private func move(_ id: String, _ verb: String) -> WebhookReceiver.Answer {
        let isDone = state.withLock { state in
            let status = state.intents[id]?["status"]?.string ?? ""
            switch verb {
            case "capture" where status == "requires_capture":
                state.intents[id]?["status"] = "succeeded"
                state.intents[id]?["latest_charge"] = StripeDouble.charge
            case "cancel" where status.hasPrefix("requires_"):
                state.intents[id]?["status"] = "canceled"
                state.intents[id]?["next_action"] = .null
            default: return false
            }
            return true
        }
        guard isDone else {
            let fault = #"{"error":{"type":"invalid_request_error","code":"payment_intent_unexpected_state"}}"#
            return .init(400, body: fault)
        }
        return show(id)
    }
}

/// The fields of a form, by their names.
private struct FormFields {
    private var fields: [String: String] = [:]

    init(_ body: [UInt8]) {
        for pair in String(decoding: body, as: UTF8.self).split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let name = String(halves[0]).removingPercentEncoding else { continue }
            fields[name] = String(halves[1]).removingPercentEncoding
        }
    }

    subscript(_ name: String) -> String? { fields[name] }
}
