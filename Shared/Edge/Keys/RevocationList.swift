import Synchronization

/// The ids of the API keys that are no longer accepted, in memory.
///
/// Filled at the start and by polling from `revoked_keys`, and by the `APIKeyRevoked` event; it only grows.
public final class RevocationList: Sendable {
    private let keyIDs: Mutex<Set<String>>

    /// Begins with the keys that are known to be revoked.
    public init(_ keyIDs: some Sequence<String> = []) {
        self.keyIDs = Mutex(Set(keyIDs))
    }

    /// Adds keys; those that are in the list already are no matter.
    public func revoke(_ keyIDs: some Sequence<String>) {
        self.keyIDs.withLock { $0.formUnion(keyIDs) }
    }

    /// Whether the key is revoked.
    public func contains(_ keyID: String) -> Bool {
        keyIDs.withLock { !$0.isEmpty && $0.contains(keyID) }
    }

    /// How many keys are revoked.
    public var count: Int { keyIDs.withLock(\.count) }
}
