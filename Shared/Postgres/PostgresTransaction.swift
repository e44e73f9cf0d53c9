import Synchronization

/// One transaction: what is sent to it is queued until something has to be awaited, at the latest the COMMIT, and
/// travels in one pipeline with one round trip. A transaction that only sends costs exactly one, BEGIN and COMMIT
/// included.
///
/// It takes a connection from the pool with its first flush and not before.
public final class PostgresTransaction: Sendable {
    private enum Phase { case open, failed, finished }

    private struct State {
        var queue: [PostgresStatement]
        var preamble: (@Sendable () -> PostgresQuery)?
        var afterCommit: [@Sendable () -> Void] = []
        var session: PGSession?
        var hasFlushed = false
        var sharesCommit = false
        var phase = Phase.open
        var failure: (any Error)?
    }

    private let state: Mutex<State>
    /// nil inside a lease, whose session is then given.
    private let pool: PostgresPool?
    /// nil where transactions are not like each other: inside a lease, or with an isolation of its own.
    private let group: PostgresCommitGroup?

    init(
        _ isolation: PostgresIsolation, pool: PostgresPool?, group: PostgresCommitGroup?, session: PGSession?,
        file: String, line: Int
    ) {
        self.pool = pool
        self.group = isolation == .readCommitted ? group : nil
        var queue: [PostgresStatement] = []
        queue.reserveCapacity(8)
        queue.append(PostgresStatement(query: isolation.begin, file: file, line: line))
        state = Mutex(State(queue: queue, session: session))
    }

    /// Whether anything has reached the server.
    public var hasFlushed: Bool { state.withLock { $0.hasFlushed } }

    /// Queues a statement; it travels with the next awaited one or with COMMIT, and its error is thrown there.
    public func send(_ query: PostgresQuery, file: String = #fileID, line: Int = #line) {
        state.withLock { $0.queue.append(PostgresStatement(query: query, file: file, line: line)) }
    }

    /// Queues a statement; `receive` is called with its rows when they have come, which is before the transaction ends,
    /// and what it throws is thrown there.
    public func send(
        _ query: PostgresQuery, file: String = #fileID, line: Int = #line,
        receive: @escaping @Sendable (PostgresRows) throws -> Void
    ) {
        state.withLock {
            $0.queue.append(PostgresStatement(query: query, file: file, line: line, receive: receive))
        }
    }

    /// Sends what is queued and `query` behind it, and waits for its rows.
    public func query(
        _ query: PostgresQuery, file: String = #fileID, line: Int = #line
    ) async throws -> PostgresRows {
        PostgresRows(result: try await flush(PostgresStatement(query: query, file: file, line: line)))
    }

    /// Sends what is queued and `query` behind it, and waits for the number of rows it affected.
    @discardableResult
    public func execute(
        _ query: PostgresQuery, file: String = #fileID, line: Int = #line
    ) async throws -> Int {
        try await flush(PostgresStatement(query: query, file: file, line: line))?.affectedRows ?? 0
    }

    /// Has `make` called once, at the first flush; its query travels right after BEGIN, before all that is queued.
    /// The last one set counts.
    public func preamble(_ make: @escaping @Sendable () -> PostgresQuery) {
        state.withLock { $0.preamble = make }
    }

    /// Lets this transaction be committed together with others that allow it at the same time, if it only sends. For those
    /// that only add rows: a row that is locked would be locked for all of them.
    public func shareCommit() {
        state.withLock { $0.sharesCommit = true }
    }

    /// Has `action` called once COMMIT has succeeded, in the order of the calls.
    public func afterCommit(_ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.afterCommit.append(action) }
    }

    // MARK: End

    func commit(file: String, line: Int) async throws {
        let (isEmpty, failure) = state.withLock { state in
            (!state.hasFlushed && state.queue.count == 1 && state.preamble == nil, state.failure)
        }
        // The body caught an error that made the server abort the transaction: COMMIT would silently roll back.
        if let failure { throw failure }
        if !isEmpty, try await !commitInCompany(file: file, line: line) {
            let result = try await flush(PostgresStatement(query: "COMMIT", file: file, line: line))
            guard result?.hasCommandTag("COMMIT") == true else {
                throw PostgresError(code: .server(.inFailedTransaction), message: "the transaction was rolled back")
            }
        }
        let (session, actions) = state.withLock { state in
            state.phase = .finished
            defer {
                state.session = nil
                state.afterCommit = []
            }
            return (state.session, state.afterCommit)
        }
        if let session { pool?.release(session) }
        for action in actions { action() }
    }

    /// Answers whether it is committed; else it has to go by itself.
    private func commitInCompany(file: String, line: Int) async throws -> Bool {
        guard let group, state.withLock({ $0.sharesCommit && !$0.hasFlushed }) else { return false }
        takePreamble(file: file, line: line)
        let statements = state.withLock { $0.queue.dropFirst() }
        let isFit = statements.allSatisfy { $0.receive == nil && !$0.query.binds.containsNUL }
        guard isFit else { return false }
        return try await group.commit(statements)
    }

    /// Ends the transaction without effect, also in a cancelled task.
    func rollback(file: String, line: Int) async {
        let session = state.withLock { state in
            state.phase = .finished
            defer { state.session = nil }
            return state.session
        }
        guard let session else { return }
        if session.isInTransaction {
            // If this fails the connection is given up, and the server rolls back by itself.
            let statement = PostgresStatement(query: "ROLLBACK", file: file, line: line)
            _ = try? await session.roundTrip([statement], isShielded: true)
        }
        pool?.release(session)
    }

    // MARK: Flush

    private func flush(_ last: PostgresStatement) async throws -> PGResult? {
        do {
            let (statements, known, isFirst) = try takeQueue(last)
            let session = if let known { known } else { try await lease() }
            do {
                return try await session.roundTrip(statements)
            } catch let error as PostgresError where isFirst && error.isStaleStatement {
                // Nothing has happened yet in this transaction, so that it can start again as a whole.
                let rollback = PostgresStatement(query: "ROLLBACK", file: last.file, line: last.line)
                _ = try await session.roundTrip([rollback], isShielded: true)
                return try await session.roundTrip(statements)
            }
        } catch {
            state.withLock { state in
                guard state.phase == .open else { return }
                state.phase = .failed
                state.failure = error
            }
            throw error
        }
    }

    private func takeQueue(_ last: PostgresStatement) throws -> ([PostgresStatement], PGSession?, isFirst: Bool) {
        takePreamble(file: last.file, line: last.line)
        return try state.withLock { state in
            switch state.phase {
            case .open: break
            case .failed: throw state.failure ?? PostgresError.transactionFinished
            case .finished: throw PostgresError.transactionFinished
            }
            let isFirst = !state.hasFlushed
            // Another task's first flush is still looking for a connection.
            if !isFirst, state.session == nil { throw PostgresError.concurrentUse }
            state.hasFlushed = true
            var statements = state.queue
            state.queue = []
            statements.append(last)
            if let invalid = statements.first(where: \.query.binds.containsNUL) { throw PostgresError(nulIn: invalid) }
            return (statements, state.session, isFirst)
        }
    }

    private func takePreamble(file: String, line: Int) {
        let preamble = state.withLock { state in
            defer { state.preamble = nil }
            return state.hasFlushed ? nil : state.preamble
        }
        // Called outside the lock, because it may look at the transaction.
        guard let query = preamble?() else { return }
        state.withLock { $0.queue.insert(PostgresStatement(query: query, file: file, line: line), at: 1) }
    }

    private func lease() async throws -> PGSession {
        guard let pool else { throw PostgresError.connectionClosed }
        let session = try await pool.lease()
        state.withLock { $0.session = session }
        return session
    }
}

extension PostgresIsolation {
    fileprivate var begin: PostgresQuery {
        switch self {
        case .readCommitted: "BEGIN"
        case .repeatableRead: "BEGIN ISOLATION LEVEL REPEATABLE READ"
        case .serializable: "BEGIN ISOLATION LEVEL SERIALIZABLE"
        }
    }
}

extension PostgresError {
    static let transactionFinished = PostgresError(code: .closed, message: "the transaction is over")

    /// The server's own code for it, so that it is treated as any text that the database can't hold.
    init(nulIn statement: PostgresStatement) {
        self.init(
            code: .server(.characterNotInRepertoire), message: "a text contains the character NUL",
            query: statement.query.sql, file: statement.file, line: statement.line)
    }
}
