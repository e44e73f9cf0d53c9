import Synchronization
import Threading

/// Carries out what the ``PoolStateMachine`` decides.
final class PostgresPool: Sendable {
    private typealias Waiter = UnsafeContinuation<Result<PGSession, PostgresError>, Never>
    private typealias Machine = PoolStateMachine<PGSession, Waiter>

    private struct State {
        var machine: Machine
        var drained: [UnsafeContinuation<Void, Never>] = []
        var isDrained = false
    }

    private let parameters: PGConnectParameters
    private let reactor = PGReactor()
    private let state: Mutex<State>
    private let nextWaiter = Atomic<UInt64>(0)

    init(_ configuration: PostgresConfiguration) {
        parameters = PGConnectParameters(configuration)
        let limits = Machine.Limits(
            maximumConnections: max(1, configuration.maximumConnections), leaseTimeout: configuration.leaseTimeout,
            idleTimeout: configuration.idleTimeout)
        state = Mutex(State(machine: Machine(limits: limits)))
        reactor.start(
            onTimer: { [weak self] in self?.act { $0.timerFired(now: .now) } },
            onClose: { [weak self] session in self?.act { $0.closedByServer(session) } })
    }

    /// A pool that was never shut down takes its connections and its thread along.
    deinit {
        for session in reactor.sessions { session.close() }
        reactor.stop()
    }

    var statistics: PostgresPoolStatistics { state.withLock { $0.machine.statistics } }

    func lease() async throws -> PGSession {
        if let session = leaseIdle() { return session }
        // What somebody else has just released, or the server has just accepted, needs no check.
        return try await wait()
    }

    /// A connection that nobody uses.
    func leaseIdle() -> PGSession? {
        while let session = state.withLock({ $0.machine.leaseIdle() }) {
            if session.isAlive { return session }
            // The server closed it while it was idle; nothing was sent, so that the caller needn't know.
            release(session, isReusable: false)
        }
        return nil
    }

    func release(_ session: PGSession) {
        release(session, isReusable: session.isReusable)
    }

    func release(_ session: PGSession, isReusable: Bool) {
        act { $0.release(session, isReusable: isReusable, now: .now) }
    }

    private func wait() async throws -> PGSession {
        let id = nextWaiter.add(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            await withUnsafeContinuation { waiter in
                act { machine in
                    // The handler of an earlier cancellation found no waiter to take away.
                    guard Task.isCancelled else { return machine.lease(waiter, id: id, now: .now) }
                    return Machine.Action(failure: ([waiter], .cancelled))
                }
            }
        } onCancel: {
            let waiter = state.withLock { $0.machine.cancel(id: id) }
            waiter?.resume(returning: .failure(.cancelled))
        }.get()
    }

    /// - Parameter deadline: how long leases may still be in use before their connections are closed under them.
    func shutdown(deadline: Duration) async {
        act { $0.shutdown() }
        let watchdog = Task {
            try await Task.sleep(for: deadline)
            for session in reactor.sessions { session.close() }
            markDrained()
        }
        await withUnsafeContinuation { continuation in
            let isDrained = state.withLock { state in
                if !state.isDrained { state.drained.append(continuation) }
                return state.isDrained
            }
            if isDrained { continuation.resume() }
        }
        watchdog.cancel()
        reactor.stop()
    }

    private func markDrained() {
        let continuations = state.withLock { state in
            state.isDrained = true
            defer { state.drained = [] }
            return state.drained
        }
        for continuation in continuations { continuation.resume() }
    }

    private func act(_ decide: (inout Machine) -> Machine.Action) {
        let action = state.withLock { state in
            let action = decide(&state.machine)
            // Inside the lock, so that of two decisions the later one's timer stays set.
            if let timer = action.timer { reactor.setTimer(ContinuousClock.now.duration(to: timer)) }
            return action
        }
        for session in action.close { session.close() }
        action.handover.map { $0.waiter.resume(returning: .success($0.connection)) }
        if let (waiters, error) = action.failure {
            for waiter in waiters { waiter.resume(returning: .failure(error)) }
        }
        for _ in 0..<action.connect { connect() }
        if action.isDrained { markDrained() }
    }

    /// On a thread of its own, because libpq resolves names by a blocking call.
    private func connect() {
        ThreadExecutor.detach(name: "postgres-connect") { [parameters, reactor, weak self] in
            do throws(PostgresError) {
                let session = try PGSession(parameters, reactor: reactor)
                if let self { self.act { $0.connected(session, now: .now) } } else { session.close() }
            } catch {
                self?.act { $0.connectFailed(error, now: .now) }
            }
        }
    }
}
