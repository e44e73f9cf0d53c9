import Crypto
import FoundationEssentials
import Schema

/// A key pair that signs an account's webhooks (Ed25519), as receivers know it.
struct WebhookKey: Sendable {
    /// The `kid` of its JWK.
    let id: WebhookKeyID
    /// 32 bytes.
    let publicKey: [UInt8]
    let createdAt: Timestamp
    /// When it stops signing; nil for the one that has no successor yet.
    let retiresAt: Timestamp?
}

/// Its private half. Never shows itself in a log.
struct WebhookSigningKey: Codable, Sendable, CustomStringConvertible, CustomReflectable {
    private let key: Curve25519.Signing.PrivateKey

    /// A new key pair.
    init() { key = Curve25519.Signing.PrivateKey() }

    /// 32 bytes.
    var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

    func signature(of message: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: message)) }

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        key = try Curve25519.Signing.PrivateKey(rawRepresentation: Data(base64Encoded: text) ?? Data())
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(key.rawRepresentation.base64EncodedString())
    }

    var description: String { "whsk_…" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
