import Edge
import HTTPTypes
import Schema

/// `POST /webhooks/sms/{account}` and `…/status`: what an account's SMS provider reports, signed with its token.
struct SMSWebhookRoutes: Sendable {
    let settings: MessageSettingsStore
    let messages: MessageStore
    let stops: StopRegister
    /// Where the provider reaches us, without a slash at the end: a part of what it signs.
    let publicURL: String

    var routes: [Route] {
        [
            Route(.post, "/webhooks/sms/{account}", dialect: Management(), isPublic: true, handler: receive),
            Route(.post, "/webhooks/sms/{account}/status", dialect: Management(), isPublic: true, handler: report),
        ]
    }

    /// Somebody sent a text message to the account's number. STOP and the like end marketing to theirs; what else it says
    /// is not kept.
    private func receive(_ request: APIRequest) async throws -> APIResponse {
        let (account, fields) = try await verified(request, SMSWebhook.inboundPath)
        let isStop = fields["OptOutType"] == "STOP"
        let word = StopWord.word(of: fields["Body"] ?? "") ?? (isStop ? "STOP" : nil)
        if let word, let number = fields["From"], SMSAddress.isE164(number) {
            try await stops.record(number, keyword: word, of: account)
        }
        return Self.empty
    }

    /// What became of a text message of ours. https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
    private func report(_ request: APIRequest) async throws -> APIResponse {
        let (account, fields) = try await verified(request, SMSWebhook.statusPath)
        guard let id = fields["MessageSid"], let status = fields["MessageStatus"] else { return Self.empty }
        let code = fields["ErrorCode"].flatMap { Int($0) }
        switch status {
        case "delivered", "read":
            try await messages.report(id, of: account, arrived: true, reason: nil)
        case "undelivered", "failed":
            let error = code.map { " (\($0))" } ?? ""
            try await messages.report(
                id, of: account, arrived: false, reason: "The SMS provider reports: \(status)\(error).")
        default: break
        }
        if code == SMSProvider.unsubscribed, let number = fields["To"], SMSAddress.isE164(number) {
            try await stops.record(number, keyword: "PROVIDER", of: account)
        }
        return Self.empty
    }

    /// The account and the form's fields, if the account's provider has signed them.
    private func verified(
        _ request: APIRequest, _ path: (AccountID) -> String
    ) async throws -> (account: AccountID, fields: [String: String]) {
        let pairs = try QueryParameters(String(decoding: request.body, as: UTF8.self)).pairs
        guard let account = AccountID(try request.parameter("account")),
            let header = HTTPField.Name("X-Twilio-Signature").flatMap({ request.headers[$0] }),
            let secret = try await settings.settings(of: account).sms.secret,
            SMSWebhook.isValid(header, of: publicURL + path(account), pairs, secret: secret)
        else { throw RequestError.forbidden("This is not the signature of the account's SMS provider.") }
        return (account, Dictionary(pairs.map { ($0.name, $0.value) }) { first, _ in first })
    }

    /// TwiML that answers the sender nothing.
    private static let empty = APIResponse(
        status: .ok, headers: [.contentType: "text/xml"],
        body: Array(#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#.utf8))
}
