import Crypto

/// Recognises bytes that were seen before without keeping them: a keyed digest (HMAC-SHA256).
///
/// Requests may hold a card number. A digest without a key would give it away: all but a few of its digits are stored,
/// as are the name and the address around it, and whoever reads the database could try the rest.
public struct KeyedFingerprint: Sendable {
    private let key: SymmetricKey

    /// Takes the keyring that the deployment's services share: replicas know each other's fingerprints.
    public init(keyring: DataKeyring) {
        key = keyring.derivedKey(for: "caravan request fingerprint")
    }

    /// 32 bytes that only the same parts in the same order have.
    public func fingerprint(of parts: [UInt8]...) -> [UInt8] {
        var code = HMAC<SHA256>(key: key)
        for part in parts {
            // Where a part ends is part of the message.
            withUnsafeBytes(of: UInt64(part.count).bigEndian) { code.update(data: $0) }
            code.update(data: part)
        }
        return Array(code.finalize())
    }
}
