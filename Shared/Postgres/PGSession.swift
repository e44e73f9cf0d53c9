import CLibPQ
import Glibc
import Synchronization
import Threading

/// One connection to the server, in libpq's nonblocking pipeline mode.
///
/// Unchecked, because it holds libpq's pointer: it is only touched inside `state`'s lock, by the task that sends and by
/// the reactor's thread that receives.
final class PGSession: @unchecked Sendable {
    private struct State {
        /// nil once closed.
        var connection: OpaquePointer?
        var flight: PGFlight?
        /// How many there were.
        var flights: UInt64 = 0
        var statements = StatementCache()
        var plans = PlanAge(since: .now)
        /// A cancel request may still be under way and would hit the next statement: never reused.
        var isTainted = false
        var isWatched = true
        var isWatchedForWriting = false
    }

    private static let nextID = Atomic<UInt64>(1)
    /// How long the server may take to give a cancelled statement up, or to answer a shielded one.
    private static let patience = Duration.seconds(2)

    let id = nextID.add(1, ordering: .relaxed).newValue
    let socket: Int32
    private let reactor: PGReactor
    private let cancelRequest: PGCancelRequest
    private let tls: PGTransportSecurity?
    private let state: Mutex<State>

    /// Connects, which blocks, and has the reactor watch the connection.
    init(_ parameters: PGConnectParameters, reactor: PGReactor) throws(PostgresError) {
        nonisolated(unsafe) let connection = try parameters.connect()
        PQsetNoticeReceiver(connection, { _, _ in }, nil)
        PQsetnonblocking(connection, 1)
        guard PQenterPipelineMode(connection) == 1 else {
            let error = PostgresError(connection: connection)
            PQfinish(connection)
            throw error
        }
        self.reactor = reactor
        socket = PQsocket(connection)
        cancelRequest = PGCancelRequest(connection)
        tls = PGTransportSecurity(connection)
        state = Mutex(State(connection: connection))
        reactor.add(self)
    }

    // MARK: Sending

    /// Sends the statements in one pipeline and returns the last one's result.
    /// - Parameter isShielded: goes on even if the task is cancelled, but for a short while only.
    /// - Throws: the first failure, as the failed statement maps it; the server has skipped what came after.
    func roundTrip(_ statements: [PostgresStatement], isShielded: Bool = false) async throws -> PGResult? {
        let outcome: PGOutcome
        if isShielded {
            // Nobody could end the wait for a server that hangs.
            let watchdog = closeWhenPatienceEnds(withNext: true)
            defer { watchdog.cancel() }
            outcome = await fly(isShielded: true) { Self.send(statements, to: $0, &$1, &$2) }
        } else {
            outcome = await withTaskCancellationHandler {
                await fly(isShielded: false) { Self.send(statements, to: $0, &$1, &$2) }
            } onCancel: {
                cancel()
            }
        }
        return try Self.result(of: outcome, statements)
    }

    /// Sends the statements in one pipeline, whoever is cancelled meanwhile. `completion` is called with the outcome, on the
    /// reactor's thread or at once.
    func start(_ statements: [PostgresStatement], completion: @escaping @Sendable (PGOutcome) -> Void) {
        fly(isShielded: true, isScript: false, completion) { Self.send(statements, to: $0, &$1, &$2) }
    }

    /// Runs a text of several statements by the simple protocol.
    func script(_ statement: PostgresStatement) async throws {
        let outcome = await withTaskCancellationHandler {
            await fly(isShielded: false, isScript: true) { connection, _, _ in
                PQexitPipelineMode(connection) == 1 && PQsendQuery(connection, statement.query.sql) == 1
            }
        } onCancel: {
            cancel()
        }
        _ = try Self.result(of: outcome, [statement])
    }

    private func fly(
        isShielded: Bool, isScript: Bool = false,
        send: (OpaquePointer, inout PGFlight, inout StatementCache) -> Bool
    ) async -> PGOutcome {
        await withUnsafeContinuation { continuation in
            fly(isShielded: isShielded, isScript: isScript, { continuation.resume(returning: $0) }, send)
        }
    }

    private func fly(
        isShielded: Bool, isScript: Bool, _ completion: @escaping @Sendable (PGOutcome) -> Void,
        _ send: (OpaquePointer, inout PGFlight, inout StatementCache) -> Bool
    ) {
        let refusal: PostgresError? = state.withLock { state in
            // The handler of an earlier cancellation found no flight to cancel.
            if !isShielded, Task.isCancelled { return .cancelled }
            guard let connection = state.connection else { return .connectionClosed }
            guard state.flight == nil else { return .concurrentUse }
            guard !state.isTainted else { return .connectionLost }
            var flight = PGFlight(isScript: isScript, completion: completion)
            guard isScript || dropOldPlans(connection, &flight, &state.plans) else {
                state.isTainted = true
                return PostgresError(connection: connection)
            }
            guard send(connection, &flight, &state.statements), flush(&state) else {
                state.isTainted = true
                return PostgresError(connection: connection)
            }
            // The answer can't overtake: the reactor needs the lock.
            state.flight = flight
            state.flights += 1
            return nil
        }
        if let refusal { completion(.failure(refusal, statement: nil)) }
    }

    /// Not within a transaction, which may have failed and would refuse it.
    private func dropOldPlans(_ connection: OpaquePointer, _ flight: inout PGFlight, _ plans: inout PlanAge) -> Bool {
        guard PQtransactionStatus(connection) == PQTRANS_IDLE, plans.isOver(at: .now) else { return true }
        flight.steps.append(.maintain)
        return PQsendQueryParams(connection, "DISCARD PLANS", 0, nil, nil, nil, nil, 0) == 1
    }

    private static func send(
        _ statements: [PostgresStatement], to connection: OpaquePointer, _ flight: inout PGFlight,
        _ cache: inout StatementCache
    ) -> Bool {
        flight.steps.reserveCapacity(statements.count + 4)
        for (index, statement) in statements.enumerated() {
            let sql = statement.query.sql
            var isSent: Int32
            if statement.query.isPrepared {
                let name: String
                switch cache.lookup(sql) {
                case .ready(let ready): name = ready
                case .prepare(let new, let evicted):
                    name = new
                    if let evicted {
                        guard PQsendQueryParams(connection, "DEALLOCATE \(evicted)", 0, nil, nil, nil, nil, 0) == 1
                        else { return false }
                        flight.steps.append(.maintain)
                    }
                    guard PQsendPrepare(connection, name, sql, 0, nil) == 1 else { return false }
                    flight.steps.append(.prepare(statement: index, sql: sql))
                }
                isSent = statement.query.binds.withCStrings { count, values in
                    PQsendQueryPrepared(connection, name, count, values, nil, nil, 0)
                }
            } else {
                isSent = statement.query.binds.withCStrings { count, values in
                    PQsendQueryParams(connection, sql, count, nil, values, nil, nil, 0)
                }
            }
            guard isSent == 1 else { return false }
            flight.steps.append(.execute(statement: index, keepsResult: statement.receive != nil))
        }
        return PQpipelineSync(connection) == 1
    }

    /// Writes what the socket takes; the reactor writes the rest.
    private func flush(_ state: inout State) -> Bool {
        let remaining = PQflush(state.connection)
        if (remaining == 1) != state.isWatchedForWriting {
            state.isWatchedForWriting.toggle()
            reactor.watch(self, writable: state.isWatchedForWriting)
        }
        return remaining >= 0
    }

    private static func result(of outcome: PGOutcome, _ statements: [PostgresStatement]) throws -> PGResult? {
        switch outcome {
        case .success(let result, let earlier):
            for (index, result) in earlier.sorted(by: { $0.key < $1.key }) {
                try statements[index].receive?(PostgresRows(result: result))
            }
            return result
        case .failure(var error, let index):
            guard let index, index < statements.count else { throw error }
            let statement = statements[index]
            if let constraint = error.constraint, let mapped = statement.query.error(forViolationOf: constraint) {
                throw mapped
            }
            error.query = statement.query.sql
            error.file = statement.file
            error.line = statement.line
            throw error
        }
    }

    // MARK: Receiving

    /// Called by the reactor.
    /// - Returns: false if the connection is lost, or says something unasked, which is how a server announces its end:
    ///   no connection to lend out again.
    func socketIsReady(writable: Bool) -> Bool {
        let (landed, isWell) = state.withLock { state -> (PGFlight?, Bool) in
            guard let connection = state.connection else { return (nil, true) }
            let isExpected = state.flight != nil
            var isOpen = !writable || flush(&state)
            var isFinished = false
            repeat {
                isOpen = PQconsumeInput(connection) == 1 && isOpen
                isFinished = receive(connection, &state)
                // Bytes that OpenSSL has already taken off the socket would not be reported again.
            } while isOpen && !isFinished && tls?.hasPendingBytes == true
            if !isOpen, !isFinished { state.flight?.fail(PostgresError(connection: connection)) }
            if !isOpen {
                state.isTainted = true
                unwatch(connection, &state)
            }
            guard isFinished || !isOpen, let flight = state.flight else { return (nil, isOpen && isExpected) }
            for sql in flight.unprepared { state.statements.remove(sql) }
            state.flight = nil
            return (flight, isOpen)
        }
        if let landed { land(landed) }
        return isWell
    }

    /// Takes all results that have arrived.
    /// - Returns: whether the flight is over.
    private func receive(_ connection: OpaquePointer, _ state: inout State) -> Bool {
        // libpq separates results by one NULL; after the second there is nothing left of a lost connection.
        var nulls = 0
        // Asked first, because it also lets libpq process what comes unasked, such as notices.
        while PQisBusy(connection) == 0, state.flight != nil, nulls < 2 {
            let result = PQgetResult(connection)
            nulls = result == nil ? nulls + 1 : 0
            guard case .finished? = state.flight?.receive(result) else { continue }
            if state.flight?.isScript == true, PQenterPipelineMode(connection) != 1 { state.isTainted = true }
            if case .failure(let error, _)? = state.flight?.outcome, error.isStaleStatement {
                // One rarely comes alone: a migration changed a table.
                state.statements.removeAll()
            }
            return true
        }
        return false
    }

    private func land(_ flight: PGFlight) {
        var outcome = flight.outcome
        if flight.isCancelled, case .failure(var error, let index) = outcome, error.sqlState == .queryCanceled {
            error.code = .cancelled
            outcome = .failure(error, statement: index)
        }
        flight.completion(outcome)
    }

    // MARK: State

    /// Asks the server, by a connection of its own, to give up what it is doing for this one. A server that hangs does
    /// not hear of it, so the wait ends without its answer then.
    private func cancel() {
        let isFlying = state.withLock { state in
            guard state.flight != nil else { return false }
            state.flight?.isCancelled = true
            state.isTainted = true
            return true
        }
        guard isFlying else { return }
        ThreadExecutor.detach(name: "postgres-cancel") { [cancelRequest] in cancelRequest.send() }
        closeWhenPatienceEnds()
    }

    /// Ends the wait for a server that hangs, if what is under way now, or what comes next, still is then.
    @discardableResult
    func closeWhenPatienceEnds(withNext isAhead: Bool = false) -> Task<Void, any Error> {
        let number = state.withLock { $0.flights } + (isAhead ? 1 : 0)
        return Task { [self] in
            try await Task.sleep(for: Self.patience)
            if state.withLock({ $0.flight != nil && $0.flights == number }) { close() }
        }
    }

    /// Between leases: no transaction left open, nothing under way, nothing doubtful.
    var isReusable: Bool {
        state.withLock { state in
            state.connection != nil && !state.isTainted && state.flight == nil
                && PQtransactionStatus(state.connection) == PQTRANS_IDLE
        }
    }

    /// Whether ROLLBACK would reach a transaction.
    var isInTransaction: Bool {
        state.withLock { state in
            guard state.connection != nil, !state.isTainted, state.flight == nil else { return false }
            let status = PQtransactionStatus(state.connection)
            return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
        }
    }

    /// Whether it is worth sending something: the server may have closed the connection, which is seen here before the
    /// reactor comes to it.
    var isAlive: Bool {
        state.withLock { state in
            guard state.connection != nil, !state.isTainted else { return false }
            var byte: UInt8 = 0
            return recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) != 0
        }
    }

    /// Ends the connection; what is under way fails. The server rolls back an open transaction.
    func close() {
        let flight = state.withLock { state -> PGFlight? in
            guard let connection = state.connection else { return nil }
            unwatch(connection, &state)
            PQfinish(connection)
            state.connection = nil
            defer { state.flight = nil }
            return state.flight
        }
        guard let flight else { return }
        let error: PostgresError = flight.isCancelled ? .cancelled : .connectionClosed
        flight.completion(.failure(error, statement: nil))
    }

    private func unwatch(_ connection: OpaquePointer, _ state: inout State) {
        guard state.isWatched else { return }
        state.isWatched = false
        reactor.remove(self, isSocketOpen: PQsocket(connection) == socket)
    }
}

extension PostgresError {
    static let cancelled = PostgresError(code: .cancelled, message: "the task was cancelled")
    static let connectionClosed = PostgresError(code: .closed, message: "the connection is closed")
    static let connectionLost = PostgresError(code: .connection, message: "the connection is lost")
    static let concurrentUse = PostgresError(
        code: .misuse, message: "a connection runs one statement at a time; await the one before")
}
