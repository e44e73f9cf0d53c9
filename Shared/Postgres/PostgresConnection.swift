import Synchronization

/// A leased connection: consecutive statements share its session (advisory locks, SET, temporary tables).
/// One statement runs at a time. It is of no use once the lease is over.
public final class PostgresConnection: Sendable {
    private let session: PGSession
    private let isOver = Atomic(false)

    init(session: PGSession) { self.session = session }

    /// Runs a statement and returns its rows.
    public func query(
        _ query: PostgresQuery, file: String = #fileID, line: Int = #line
    ) async throws -> PostgresRows {
        try check()
        return PostgresRows(result: try await session.run(PostgresStatement(query: query, file: file, line: line)))
    }

    /// Runs a statement and returns how many rows it affected.
    @discardableResult
    public func execute(
        _ query: PostgresQuery, file: String = #fileID, line: Int = #line
    ) async throws -> Int {
        try check()
        return try await session.run(PostgresStatement(query: query, file: file, line: line))?.affectedRows ?? 0
    }

    /// Runs a text of any number of statements, which form one transaction unless the text itself says otherwise.
    public func script(_ sql: String, file: String = #fileID, line: Int = #line) async throws {
        try check()
        try await session.script(PostgresStatement(query: PostgresQuery(unsafeSQL: sql), file: file, line: line))
    }

    /// A transaction on this connection; the same as ``PostgresDatabase/withTransaction(_:isolation:file:line:_:)``.
    public func withTransaction<R: Sendable>(
        _ level: PostgresIsolation = .readCommitted, isolation: isolated (any Actor)? = #isolation,
        file: String = #fileID, line: Int = #line, _ body: (PostgresTransaction) async throws -> R
    ) async throws -> R {
        try check()
        let transaction = PostgresTransaction(
            level, pool: nil, group: nil, session: session, file: file, line: line)
        return try await transaction.run(body, file: file, line: line)
    }

    func end() { isOver.store(true, ordering: .relaxed) }

    private func check() throws {
        if isOver.load(ordering: .relaxed) { throw PostgresError.connectionClosed }
    }
}

extension PostgresTransaction {
    /// BEGIN, `body`, COMMIT; ROLLBACK and the body's own error if it throws.
    func run<R: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ body: (PostgresTransaction) async throws -> R, file: String,
        line: Int
    ) async throws -> R {
        do {
            let value = try await body(self)
            try await commit(file: file, line: line)
            return value
        } catch {
            await rollback(file: file, line: line)
            throw error
        }
    }
}

extension PGSession {
    /// A statement outside a transaction of ours: repeated once if its prepared form has become stale.
    func run(_ statement: PostgresStatement) async throws -> PGResult? {
        if statement.query.binds.containsNUL { throw PostgresError(nulIn: statement) }
        do {
            return try await roundTrip([statement])
        } catch let error as PostgresError where error.isStaleStatement && !isInTransaction {
            return try await roundTrip([statement])
        }
    }
}
