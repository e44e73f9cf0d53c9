import Edge
import HTTPTypes
import Schema

/// `POST /webhooks/stripe/{account}`: what Stripe tells unasked. It races with our own requests and with the
/// reconciler; whoever is first settles the transaction.
struct StripeWebhookRoutes: Sendable {
    let gateways: GatewayStore
    let transactions: TransactionStore
    let settler: Settler

    var routes: [Route] {
        [Route(.post, "/webhooks/stripe/{account}", dialect: Management(), isPublic: true, handler: receive)]
    }

    /// 2xx has Stripe forget the event, all else has it send it again.
    private func receive(_ request: APIRequest) async throws -> APIResponse {
        guard let account = AccountID(try request.parameter("account")),
            let gateway = try await sender(of: request, to: account)
        else { throw Self.forged }
        guard let event = try? JSON.decode(StripeEvent.self, from: request.body), let notice = event.notice else {
            // Of another kind than those that move money.
            return .noContent
        }
        guard let subject = try await subject(of: notice, of: account) else { return .noContent }
        let saved = subject.card.flatMap { card in
            notice.answer.savedToken.map { SavedCard(token: $0, summary: card) }
        }
        let outcome = PaymentOutcome(
            transaction: subject.id, parent: subject.parent, answer: notice.answer, gateway: gateway.profile,
            saved: saved, isNotice: true)
        guard await settler.settle(outcome) else { throw RequestError.unavailable }
        return .noContent
    }

    /// The gateway of the account whose secret has signed the request.
    private func sender(of request: APIRequest, to account: AccountID) async throws -> GatewaySettings? {
        guard let header = HTTPField.Name("Stripe-Signature").flatMap({ request.headers[$0] }),
            let signature = StripeSignature(header)
        else { return nil }
        return try await gateways.gateways(of: account).first { gateway in
            guard gateway.kind == .stripe, let secret = gateway.secrets?.webhookSecret else { return false }
            return signature.isValid(for: request.body, secret: secret, at: .now())
        }
    }

    /// The transaction that it is about. A Stripe account may know of payments that are none of ours.
    private func subject(of notice: StripeNotice, of account: AccountID) async throws -> PaymentTransaction? {
        var id = notice.transaction.flatMap { TransactionID($0) }
        if id == nil, let name = notice.externalID {
            id = try await transactions.transactions(externalID: name, of: account).first
        }
        guard let id, let subject = try await transactions.transaction(id), subject.account == account else {
            return nil
        }
        return subject
    }

    private static let forged = RequestError.invalid(
        "Stripe-Signature", code: "invalid_signature", "This is not the signature of a gateway of the account.")
}
