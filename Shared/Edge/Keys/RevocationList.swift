import Synchronization

/// The ids of the API keys that are no longer accepted, in memory.
///
/// Filled at the start and by polling from `revoked_keys`, and by the `APIKeyRevoked` event; it only grows.
public final class RevocationList: Sendable {
    private let keyIDs: Mutex<Set<String>>

    public init(_ keyIDs: some Sequence<String> = []) {
        self.keyIDs = Mutex(Set(keyIDs))
    }

    public func revoke(_ keyIDs: some Sequence<String>) {
        self.keyIDs.withLock { $0.formUnion(keyIDs) }
    }

    public func contains(_ keyID: String) -> Bool {
        keyIDs.withLock { !$0.isEmpty && $0.contains(keyID) }
    }

    public var count: Int { keyIDs.withLock(\.count) }
}
