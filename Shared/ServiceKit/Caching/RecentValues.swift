internal import Synchronization

/// What was read a moment ago: for what every request needs and that changes seldom, where a change made by another
/// replica may count a moment later.
public final class RecentValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        let readAt: ContinuousClock.Instant
    }

    private let life: Duration
    private let capacity: Int
    private let entries = Mutex<[Key: Entry]>([:])

    /// - Parameters:
    ///   - life: For how long a value is good.
    ///   - capacity: How many are kept; beyond that all are read anew.
    public init(life: Duration = .seconds(1), capacity: Int = 10_000) {
        self.life = life
        self.capacity = capacity
    }

    /// The value that was read within its life, else what `read` gives now. That there is none is not kept.
    public func value(for key: Key, _ read: () async throws -> Value?) async rethrows -> Value? {
        let now = ContinuousClock.now
        if let entry = entries.withLock({ $0[key] }), now - entry.readAt < life { return entry.value }
        guard let value = try await read() else { return nil }
        entries.withLock { entries in
            if entries.count >= capacity { entries.removeAll() }
            entries[key] = Entry(value: value, readAt: now)
        }
        return value
    }

    /// Has a value read again. Call it after the commit that changed it.
    public func forget(_ key: Key) {
        entries.withLock { $0[key] = nil }
    }
}
