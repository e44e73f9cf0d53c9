import Schema
import Synchronization

/// Secrets of the endpoints that are being sent to: opening them anew for every delivery would cost as much as signing.
final class SecretCache<Secret: Codable & Sendable>: Sendable {
    private let keyring: DataKeyring
    private let capacity: Int
    /// By ciphertext: changed secrets are other ones.
    private let known = Mutex<[String: Secret]>([:])

    init(keyring: DataKeyring, capacity: Int = 10_000) {
        self.keyring = keyring
        self.capacity = capacity
    }

    func open(_ sealed: Sealed<Secret>) throws -> Secret {
        if let secret = known.withLock({ $0[sealed.ciphertext] }) { return secret }
        let secret: Secret = try keyring.open(sealed)
        known.withLock { known in
            if known.count >= capacity { known.removeAll() }
            known[sealed.ciphertext] = secret
        }
        return secret
    }
}
