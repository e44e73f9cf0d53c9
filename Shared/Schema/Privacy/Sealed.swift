/// A value that only holders of the data keyring can read, such as personal data inside an event.
///
/// In JSON: `{"ciphertext": "…", "key_id": "k1"}`. Subscribers without the key can still pass it on. Destroying the key
/// makes every copy unreadable.
public struct Sealed<Value: Codable & Sendable>: Codable, Hashable, Sendable {
    /// Which key of the keyring opens it.
    public let keyID: String
    /// Base64 of the 12-byte nonce, the AES-256-GCM ciphertext of the value's JSON, and the 16-byte tag.
    public let ciphertext: String

    /// Wraps bytes sealed before; ``DataKeyring/seal(_:)`` makes new ones.
    public init(keyID: String, ciphertext: String) {
        self.keyID = keyID
        self.ciphertext = ciphertext
    }

    enum CodingKeys: String, CodingKey {
        case keyID = "key_id"
        case ciphertext
    }
}
