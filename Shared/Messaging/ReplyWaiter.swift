public import Logging
public import ServiceLifecycle
internal import Synchronization

/// Lets requests wait for what another service does to their own rows.
///
/// One poll asks for all waiting rows at once, at a short interval or as soon as this process hears that some have
/// changed. So it works whichever replica consumes the answer, and costs the same for one request as for a hundred.
public final class ReplyWaiter<Key: Hashable & Sendable, Value: Sendable>: Service {
    private struct Waiter {
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Value?, any Error>
    }

    private struct State {
        var nextID: UInt64 = 0
        var waiters: [Key: [UInt64: Waiter]] = [:]
        var isClosed = false
    }

    private let interval: Duration
    private let poll: @Sendable ([Key]) async throws -> [Key: Value]
    private let logger: Logger
    private let state = Mutex(State())
    private let signal = WakeSignal()

    /// - Parameters:
    ///   - interval: How often the rows are looked at.
    ///   - poll: Looks at rows and returns the answers that are there; keys without one are left out.
    public init(
        interval: Duration = .milliseconds(20), logger: Logger = Logger(label: "reply-waiter"),
        poll: @escaping @Sendable ([Key]) async throws -> [Key: Value]
    ) {
        self.interval = interval
        self.logger = logger
        self.poll = poll
    }

    /// Waits for an answer. Needs ``run()`` to be running.
    /// - Returns: nil when `timeout` has passed or the service is asked to end: the answer then comes later.
    /// - Throws: `CancellationError`.
    public func wait(for key: Key, timeout: Duration) async throws -> Value? {
        let deadline = ContinuousClock.now + timeout
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (isClosed, isFirst) = state.withLock { state in
                    guard !state.isClosed, !Task.isCancelled else { return (true, false) }
                    let isFirst = state.waiters.isEmpty
                    state.waiters[key, default: [:]][id] = Waiter(deadline: deadline, continuation: continuation)
                    return (false, isFirst)
                }
                if isClosed {
                    if Task.isCancelled {
                        continuation.resume(throwing: CancellationError())
                    } else {
                        continuation.resume(returning: nil)
                    }
                } else if isFirst {
                    signal.wake()
                }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.remove(key, id) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Looks at once whether there are answers. Call it after the commit that wrote them.
    public func wake(_ keys: [Key]) {
        let isAwaited = state.withLock { state in keys.contains { state.waiters[$0] != nil } }
        if isAwaited { signal.wake() }
    }

    /// Answers those who wait here for what this process knows by itself. Call it after the commit that wrote it; whoever
    /// begins to wait later finds the answer in its row.
    public func resolve(_ answers: [Key: Value]) {
        answer(answers)
    }

    /// Runs until the service is asked to end; waits that are still open then end without an answer.
    public func run() async throws {
        await withGracefulShutdownHandler {
            while !isShuttingDown { await round() }
        } onGracefulShutdown: { [signal] in
            signal.wake()
        }
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [:] }
            return state.waiters.values.flatMap(\.values)
        }
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
    }

    private func round() async {
        let keys = state.withLock { Array($0.waiters.keys) }
        if !keys.isEmpty {
            do {
                answer(try await poll(keys))
            } catch {
                logger.debug("could not look for replies", metadata: ["error": "\(error)"])
            }
            giveUpLate()
        }
        let isIdle = state.withLock { $0.waiters.isEmpty }
        await signal.wait(upTo: isIdle ? .seconds(3600) : interval)
    }

    private func answer(_ answers: [Key: Value]) {
        for (key, value) in answers {
            let waiters = state.withLock { $0.waiters.removeValue(forKey: key) }
            for waiter in (waiters ?? [:]).values { waiter.continuation.resume(returning: value) }
        }
    }

    private func giveUpLate() {
        let now = ContinuousClock.now
        let late = state.withLock { state in
            var late: [Waiter] = []
            for (key, waiters) in state.waiters {
                for (id, waiter) in waiters where waiter.deadline <= now {
                    late.append(waiter)
                    _ = state.waiters.remove(key, id)
                }
            }
            return late
        }
        for waiter in late { waiter.continuation.resume(returning: nil) }
    }
}

extension Dictionary {
    /// Removes one value of a group, and the group with its last.
    fileprivate mutating func remove<ID, Item>(_ key: Key, _ id: ID) -> Item? where Value == [ID: Item] {
        guard let item = self[key]?.removeValue(forKey: id) else { return nil }
        if self[key]?.isEmpty == true { self[key] = nil }
        return item
    }
}
