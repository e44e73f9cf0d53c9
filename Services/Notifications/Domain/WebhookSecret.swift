import Crypto
import FoundationEssentials

/// A signing secret, `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks).
struct WebhookSecret: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// The bytes behind the text: the key of Standard Webhooks signatures.
    let bytes: [UInt8]
    /// The whole text: the key of Stripe-style signatures, and what the receiver is given.
    let text: String

    private static let prefix = "whsec_"

    /// A new secret of 32 random bytes.
    static func random() -> WebhookSecret {
        WebhookSecret(bytes: SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) })
    }

    init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), let data = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))),
            (16...64).contains(data.count)
        else { return nil }
        bytes = Array(data)
        self.text = text
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        text = Self.prefix + Data(bytes).base64EncodedString()
    }

    /// A secret never shows itself in a log.
    var description: String { "whsec_…" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
