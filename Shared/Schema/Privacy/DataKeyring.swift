import Crypto
import FoundationEssentials

/// The keys that seal personal data, with AES-256-GCM.
public struct DataKeyring: Sendable {
    private let keys: [String: SymmetricKey]
    private let sealingKeyID: String
    private let oldestKey: SymmetricKey

    /// Reads `k1:<base64>,k2:<base64>`, each a 32-byte key. The first seals; all of them open, so that a key can be
    /// rotated by putting a new one in front.
    ///
    /// - Throws: ``DataKeyringError/malformed``. Errors never carry key bytes.
    public init(_ text: String) throws(DataKeyringError) {
        var keys: [String: SymmetricKey] = [:]
        var first: String?
        var oldestKey: SymmetricKey?
        for entry in text.split(separator: ",") {
            let parts = entry.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let bytes = Data(base64Encoded: String(parts[1])), bytes.count == 32 else {
                throw .malformed
            }
            let key = SymmetricKey(data: bytes)
            guard keys.updateValue(key, forKey: String(parts[0])) == nil else { throw .malformed }
            first = first ?? String(parts[0])
            oldestKey = key
        }
        guard let first, let oldestKey else { throw .malformed }
        self.keys = keys
        self.oldestKey = oldestKey
        sealingKeyID = first
    }

    /// Base64 of a new random key, to be given a name and put in front of a keyring's text.
    public static func generateKey() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
    }

    /// A key for a purpose of its own, which only this keyring and others with the same last key derive (HKDF-SHA256).
    ///
    /// It is derived from the last key, the oldest, so that a key put in front changes nothing. Taking the oldest away
    /// does: what was made with the derived key must then be made anew.
    func derivedKey(for purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: oldestKey, info: Data(purpose.utf8), outputByteCount: 32)
    }

    /// Encrypts the value's JSON under the first key, with a random nonce: equal values look different.
    ///
    /// - Throws: `EncodingError`.
    public func seal<Value>(_ value: Value) throws -> Sealed<Value> {
        guard let key = keys[sealingKeyID] else { throw DataKeyringError.unknownKey(sealingKeyID) }
        let box = try AES.GCM.seal(try JSON.encode(value), using: key, authenticating: Array(sealingKeyID.utf8))
        guard let combined = box.combined else { throw DataKeyringError.unreadable }
        return Sealed(keyID: sealingKeyID, ciphertext: combined.base64EncodedString())
    }

    /// Decrypts a value.
    ///
    /// - Throws: ``DataKeyringError``: `unknownKey` when the keyring does not have its key, `unreadable` when the bytes
    ///   were changed or the content is not a `Value`.
    public func open<Value>(_ sealed: Sealed<Value>) throws(DataKeyringError) -> Value {
        guard let key = keys[sealed.keyID] else { throw .unknownKey(sealed.keyID) }
        do {
            guard let combined = Data(base64Encoded: sealed.ciphertext) else { throw DataKeyringError.unreadable }
            let box = try AES.GCM.SealedBox(combined: combined)
            let text = try AES.GCM.open(box, using: key, authenticating: Array(sealed.keyID.utf8))
            return try JSON.decode(from: Array(text))
        } catch {
            // A decoding error would quote personal data.
            throw .unreadable
        }
    }
}

/// Why a keyring could not be read or could not open a value.
public enum DataKeyringError: Error, Hashable, Sendable {
    /// The keyring's text is not a list of `name:base64` with keys of 32 bytes and different names.
    case malformed
    /// The keyring has no key of this name.
    case unknownKey(String)
    /// The bytes were not sealed with this key, were changed, or hold something else.
    case unreadable
}
