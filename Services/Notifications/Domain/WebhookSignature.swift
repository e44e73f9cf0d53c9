import Crypto
import FoundationEssentials

/// Signatures over a request's body, in the notations that receivers verify.
enum WebhookSignature {
    /// Standard Webhooks, header `webhook-signature`: `v1,<base64 of HMAC("id.seconds.body")>`, one a secret.
    static func standard(id: String, seconds: Int64, body: [UInt8], secrets: [WebhookSecret]) -> String {
        secrets.map { secret in
            let code = code(key: secret.bytes, prefix: "\(id).\(seconds).", body)
            return "v1," + Data(code).base64EncodedString()
        }.joined(separator: " ")
    }

    /// Standard Webhooks' asymmetric scheme, in the same header: `v1a,<base64 of Ed25519("id.seconds.body")>`, one a key.
    static func asymmetric(
        id: String, seconds: Int64, body: [UInt8], keys: [WebhookSigningKey]
    ) throws -> String {
        let message = Array("\(id).\(seconds).".utf8) + body
        return try keys.map { key in
            "v1a," + Data(try key.signature(of: message)).base64EncodedString()
        }.joined(separator: " ")
    }

    /// Stripe's notation: `t=<seconds>,v1=<hex of HMAC("seconds.body")>`, one `v1` a secret. The key is the secret's text.
    static func stripe(seconds: Int64, body: [UInt8], secrets: [WebhookSecret]) -> String {
        secrets.reduce(into: "t=\(seconds)") { header, secret in
            header += ",v1=" + hex(code(key: Array(secret.text.utf8), prefix: "\(seconds).", body))
        }
    }

    /// Hexadecimal of the body's HMAC. The key is the secret's text.
    static func hexadecimal(_ body: [UInt8], secret: WebhookSecret) -> String {
        hex(code(key: Array(secret.text.utf8), prefix: "", body))
    }

    private static func code(key: [UInt8], prefix: String, _ body: [UInt8]) -> HMAC<SHA256>.MAC {
        var hmac = HMAC<SHA256>(key: SymmetricKey(data: key))
        hmac.update(data: Array(prefix.utf8))
        hmac.update(data: body)
        return hmac.finalize()
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
