import FoundationEssentials
import Schema

/// Twilio's Messages API, which others offer too: `POST {base}/2010-04-01/Accounts/{sid}/Messages.json`.
///
/// https://www.twilio.com/docs/messaging/api/message-resource. It knows no idempotency key: a message whose answer got
/// lost may be sent twice.
struct SMSProvider: Sendable {
    /// Where the provider answers, without a slash at the end.
    let baseURL: String
    /// Where it reaches us, without a slash at the end.
    let publicURL: String
    let transport: WebhookTransport

    /// Sends one text message.
    ///
    /// - Parameters:
    ///   - number: Where to, in E.164.
    ///   - sid: Our name at the provider.
    func send(
        _ text: String, to number: String, _ settings: SMSAccount, sid: String, secret: SMSSecret,
        of account: AccountID
    ) async -> MessageOutcome {
        var fields = [
            ("To", number), ("Body", text),
            ("StatusCallback", publicURL + SMSWebhook.statusPath(of: account)),
        ]
        if let service = settings.serviceSID {
            fields.append(("MessagingServiceSid", service))
        } else if let from = settings.from {
            fields.append(("From", from))
        }
        let request = WebhookRequest(
            id: "", url: "\(baseURL)/2010-04-01/Accounts/\(sid)/Messages.json", body: Array(Self.form(fields).utf8))
        let credentials = Data("\(sid):\(secret.token)".utf8).base64EncodedString()
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json"),
            ("user-agent", "Caravan/1"), ("authorization", "Basic \(credentials)"),
        ]
        do {
            return Self.outcome(of: try await transport.send(request, headers: headers), to: number)
        } catch {
            return .failed(reason: "The message was given up: the service stops.")
        }
    }

    func shutdown() async {
        await transport.shutdown()
    }

    /// The recipient has unsubscribed at the provider.
    static let unsubscribed = 21610

    private struct Answer: Decodable {
        let sid: String?
        let code: Int?
        let message: String?
    }

    /// https://www.twilio.com/docs/api/errors
    static func outcome(of answer: DeliveryOutcome, to number: String) -> MessageOutcome {
        guard let status = answer.status else { return .failed(reason: answer.error ?? "There was no answer.") }
        let body = answer.response.flatMap { try? JSON.decode(Answer.self, from: Array($0.utf8)) }
        if (200..<300).contains(status) {
            // Whatever it said, the provider has it: to try again would send it twice.
            return .sent(providerID: body?.sid)
        }
        let code = body?.code.map { " (\($0))" } ?? ""
        // The number is personal data, and kept sealed.
        let words = body?.message?.replacing(number, with: "the recipient") ?? "without a message"
        let reason = "The SMS provider answered \(status)\(code): \(words)"
        if body?.code == unsubscribed { return .stopped(number: number, reason: reason) }
        switch status {
        // A wrong token is put right by whoever configured it; the others are for now by their nature.
        case 401, 403, 408, 429: return .failed(reason: reason)
        case 400..<500: return .refused(reason: reason)
        default: return .failed(reason: reason)
        }
    }

    /// `application/x-www-form-urlencoded`.
    static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\($0.0)=\(escape($0.1))" }.joined(separator: "&")
    }

    private static func escape(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += byte < 16 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return escaped
    }
}
