import Crypto
import FoundationEssentials
import Schema

/// What an SMS provider of Twilio's kind sends us, and how it signs that.
enum SMSWebhook {
    /// Where it reports messages that people have sent.
    static func inboundPath(of account: AccountID) -> String { "/webhooks/sms/\(account)" }
    /// Where it reports what became of ours.
    static func statusPath(of account: AccountID) -> String { "/webhooks/sms/\(account)/status" }

    /// The signature of a request: HMAC-SHA1 over the URL and the sorted fields, in base64.
    /// https://www.twilio.com/docs/usage/security#validating-requests
    ///
    /// - Parameter url: As the provider knows it.
    static func signature(of url: String, _ fields: [(name: String, value: String)], secret: SMSSecret) -> [UInt8] {
        let sorted = fields.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
        let text = url + sorted.map { $0.name + $0.value }.joined()
        let key = SymmetricKey(data: Data(secret.token.utf8))
        return Array(HMAC<Insecure.SHA1>.authenticationCode(for: Data(text.utf8), using: key))
    }

    /// Whether a header holds the signature. Takes as long for a wrong one as for the right one.
    static func isValid(
        _ header: String, of url: String, _ fields: [(name: String, value: String)], secret: SMSSecret
    ) -> Bool {
        guard let given = Data(base64Encoded: header).map(Array.init) else { return false }
        return given.isEqualInConstantTime(to: signature(of: url, fields, secret: secret))
    }
}
