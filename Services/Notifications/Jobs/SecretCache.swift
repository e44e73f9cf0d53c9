import Schema
import Synchronization

/// Secrets of the endpoints that are being sent to: opening them anew for every delivery would cost as much as signing.
final class SecretCache: Sendable {
    private static let capacity = 10_000

    private let keyring: DataKeyring
    /// By ciphertext: changed secrets are other ones.
    private let known = Mutex<[String: EndpointSecrets]>([:])

    init(keyring: DataKeyring) {
        self.keyring = keyring
    }

    func open(_ sealed: Sealed<EndpointSecrets>) throws -> EndpointSecrets {
        if let secrets = known.withLock({ $0[sealed.ciphertext] }) { return secrets }
        let secrets: EndpointSecrets = try keyring.open(sealed)
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll() }
            known[sealed.ciphertext] = secrets
        }
        return secrets
    }
}
