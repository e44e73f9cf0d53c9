/// Decides who gets which connection, when connections are opened and closed. Pure: every mutating method returns
/// what is to be done, and the caller does it outside its lock.
///
/// Waiters are served in their order, idle connections are reused newest first, so that what is not needed ages.
struct PoolStateMachine<Connection: AnyObject, Waiter> {
    typealias Instant = ContinuousClock.Instant

    struct Limits {
        var maximumConnections: Int
        var leaseTimeout: Duration
        var idleTimeout: Duration
        /// How long to wait after the first failed attempt to connect; doubles with each up to the maximum.
        var retryDelay: Duration = .milliseconds(50)
        var maximumRetryDelay: Duration = .seconds(1)
    }

    /// What to do, in any order.
    struct Action {
        var handover: (waiter: Waiter, connection: Connection)?
        var failure: (waiters: [Waiter], error: PostgresError)?
        /// So many attempts to connect are to be started; each ends in `connected` or `connectFailed`.
        var connect = 0
        var close: [Connection] = []
        /// Call `timerFired` then; replaces an earlier timer.
        var timer: Instant?
        /// The shutdown is complete.
        var isDrained = false
    }

    fileprivate struct Queued {
        let id: UInt64
        let waiter: Waiter
        let deadline: Instant
    }

    private let limits: Limits
    private var idle: [(connection: Connection, since: Instant)] = []
    private var waiters: [Queued] = []
    /// Waiters before this index are served: a queue that allocates nothing while it goes round.
    private var firstWaiter = 0
    private var leased = 0
    private var connecting = 0
    private var failedAttempts = 0
    private var lastFailure: PostgresError?
    private var retryAt: Instant?
    private var timer: Instant?
    private var isShutDown = false
    private var counters = PostgresPoolStatistics()

    init(limits: Limits) { self.limits = limits }

    var statistics: PostgresPoolStatistics {
        var statistics = counters
        statistics.open = idle.count + leased
        statistics.idle = idle.count
        statistics.leased = leased
        statistics.connecting = connecting
        statistics.waiting = waiters.count - firstWaiter
        return statistics
    }

    // MARK: Leases

    /// An idle connection, if there is one: the fast path.
    mutating func leaseIdle() -> Connection? {
        guard let connection = idle.popLast()?.connection else { return nil }
        leased += 1
        return connection
    }

    /// Queues `waiter`, or serves it at once if a connection became free since ``leaseIdle()``.
    mutating func lease(_ waiter: Waiter, id: UInt64, now: Instant) -> Action {
        var action = Action()
        if isShutDown {
            action.failure = ([waiter], .poolClosed)
        } else if let connection = leaseIdle() {
            action.handover = (waiter, connection)
        } else {
            waiters.append(Queued(id: id, waiter: waiter, deadline: now + limits.leaseTimeout))
            startConnecting(&action)
            schedule(&action)
        }
        return action
    }

    /// Takes a waiter whose task was cancelled out of the queue; nil if it has been served meanwhile.
    mutating func cancel(id: UInt64) -> Waiter? {
        guard let index = waiters[firstWaiter...].firstIndex(where: { $0.id == id }) else { return nil }
        return waiters.remove(at: index).waiter
    }

    /// Ends a lease.
    /// - Parameter isReusable: false if the connection is broken or in an unknown state.
    mutating func release(_ connection: Connection, isReusable: Bool, now: Instant) -> Action {
        leased -= 1
        var action = Action()
        if isReusable, !isShutDown {
            offer(connection, &action, now: now)
        } else {
            close(connection, &action)
            startConnecting(&action)
        }
        finish(&action)
        return action
    }

    // MARK: Connections

    mutating func connected(_ connection: Connection, now: Instant) -> Action {
        connecting -= 1
        failedAttempts = 0
        lastFailure = nil
        retryAt = nil
        counters.connectionsOpened += 1
        var action = Action()
        if isShutDown {
            close(connection, &action)
        } else {
            offer(connection, &action, now: now)
            startConnecting(&action)
        }
        finish(&action)
        return action
    }

    /// An attempt to connect failed. Transient failures are repeated while somebody waits; others, such as a wrong
    /// password, fail everybody who waits at once.
    mutating func connectFailed(_ error: PostgresError, now: Instant) -> Action {
        connecting -= 1
        counters.connectFailures += 1
        var action = Action()
        if !isShutDown {
            lastFailure = error
            if error.isTransient {
                if retryAt == nil {
                    let factor = 1 << min(failedAttempts, 10)
                    failedAttempts += 1
                    retryAt = now + min(limits.retryDelay * factor, limits.maximumRetryDelay)
                }
            } else {
                failAllWaiters(error, &action)
            }
        }
        finish(&action)
        return action
    }

    /// The server closed a connection. A leased one is dealt with when it is released.
    mutating func closedByServer(_ connection: Connection) -> Action {
        var action = Action()
        if let index = idle.firstIndex(where: { $0.connection === connection }) {
            idle.remove(at: index)
            close(connection, &action)
        }
        return action
    }

    // MARK: Time

    mutating func timerFired(now: Instant) -> Action {
        timer = nil
        var action = Action()
        var expired: [Waiter] = []
        while firstWaiter < waiters.count, waiters[firstWaiter].deadline <= now {
            expired.append(popWaiter().waiter)
        }
        if !expired.isEmpty {
            counters.leaseTimeouts += expired.count
            action.failure = (expired, lastFailure ?? .leaseTimeout(after: limits.leaseTimeout))
        }
        while let oldest = idle.first, oldest.since + limits.idleTimeout <= now {
            idle.removeFirst()
            close(oldest.connection, &action)
        }
        if let retry = retryAt, retry <= now {
            retryAt = nil
            startConnecting(&action)
        }
        schedule(&action)
        return action
    }

    // MARK: End

    /// Refuses leases from now on; `isDrained` comes with this action or the one of the last release.
    mutating func shutdown() -> Action {
        isShutDown = true
        var action = Action()
        failAllWaiters(.poolClosed, &action)
        for entry in idle { close(entry.connection, &action) }
        idle = []
        finish(&action)
        return action
    }

    // MARK: Steps

    private mutating func offer(_ connection: Connection, _ action: inout Action, now: Instant) {
        if firstWaiter < waiters.count {
            leased += 1
            action.handover = (popWaiter().waiter, connection)
        } else {
            idle.append((connection, now))
            schedule(&action)
        }
    }

    private mutating func close(_ connection: Connection, _ action: inout Action) {
        counters.connectionsClosed += 1
        action.close.append(connection)
    }

    private mutating func popWaiter() -> Queued {
        let waiter = waiters[firstWaiter]
        firstWaiter += 1
        if firstWaiter == waiters.count {
            waiters.removeAll(keepingCapacity: true)
            firstWaiter = 0
        } else if firstWaiter > 64, firstWaiter * 2 > waiters.count {
            waiters.removeFirst(firstWaiter)
            firstWaiter = 0
        }
        return waiter
    }

    private mutating func failAllWaiters(_ error: PostgresError, _ action: inout Action) {
        guard firstWaiter < waiters.count else { return }
        action.failure = (waiters[firstWaiter...].map(\.waiter), error)
        waiters = []
        firstWaiter = 0
    }

    /// One attempt for each waiter, as far as the limit allows; a single one while the server doesn't answer.
    private mutating func startConnecting(_ action: inout Action) {
        guard retryAt == nil, !isShutDown else { return }
        let wanted = failedAttempts > 0 ? min(1, waiters.count - firstWaiter) : waiters.count - firstWaiter
        let allowed = limits.maximumConnections - idle.count - leased - connecting
        let count = min(wanted - connecting, allowed)
        guard count > 0 else { return }
        connecting += count
        action.connect += count
    }

    private mutating func finish(_ action: inout Action) {
        action.isDrained = isShutDown && leased == 0 && connecting == 0
        schedule(&action)
    }

    /// Asks for a timer only if none is set that comes early enough, so that busy pools set none.
    private mutating func schedule(_ action: inout Action) {
        var next: Instant?
        func consider(_ instant: Instant) { next = next.map { min($0, instant) } ?? instant }
        if firstWaiter < waiters.count { consider(waiters[firstWaiter].deadline) }
        if let oldest = idle.first { consider(oldest.since + limits.idleTimeout) }
        if let retryAt { consider(retryAt) }
        guard let next, timer.map({ next < $0 }) ?? true else { return }
        timer = next
        action.timer = next
    }
}

extension PoolStateMachine: Sendable where Connection: Sendable, Waiter: Sendable {}
extension PoolStateMachine.Queued: Sendable where Connection: Sendable, Waiter: Sendable {}

extension PostgresError {
    static let poolClosed = PostgresError(code: .closed, message: "the database is shut down")

    static func leaseTimeout(after timeout: Duration) -> PostgresError {
        PostgresError(code: .leaseTimeout, message: "no connection became free in \(timeout)")
    }
}
