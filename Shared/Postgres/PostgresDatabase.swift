/// A database and the pool of connections to it, which are opened when needed and closed when idle.
///
/// Connections are lent for the time of a closure only, and come back in a clean state or not at all.
public final class PostgresDatabase: Sendable {
    public let configuration: PostgresConfiguration
    private let pool: PostgresPool
    private let group: PostgresCommitGroup

    /// Connects to nothing yet.
    public init(configuration: PostgresConfiguration) {
        self.configuration = configuration
        pool = PostgresPool(configuration)
        group = PostgresCommitGroup(pool: pool)
    }

    /// Runs `body` in a transaction: COMMIT when it returns; ROLLBACK when it throws, also if the task is cancelled.
    ///
    /// - Throws: what `body` throws; otherwise ``PostgresError`` or the error a statement maps its violated
    ///   constraint to. A serialization failure (`isTransient`) is not repeated here: `body` may have other effects.
    public func withTransaction<R: Sendable>(
        _ level: PostgresIsolation = .readCommitted, isolation: isolated (any Actor)? = #isolation,
        file: String = #fileID, line: Int = #line, _ body: (PostgresTransaction) async throws -> R
    ) async throws -> R {
        let transaction = PostgresTransaction(level, pool: pool, group: group, session: nil, file: file, line: line)
        return try await transaction.run(body, file: file, line: line)
    }

    /// Lends `body` a connection for statements that need the same session.
    /// Advisory locks and settings must be undone by whoever made them; if `body` throws, the connection is closed and
    /// they go with it.
    public func withConnection<R: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        let session = try await pool.lease()
        let connection = PostgresConnection(session: session)
        defer { connection.end() }
        do {
            let value = try await body(connection)
            pool.release(session)
            return value
        } catch {
            pool.release(session, isReusable: false)
            throw error
        }
    }

    /// Runs one statement in its own transaction, one round trip, and returns its rows.
    public func query(
        _ query: PostgresQuery, file: String = #fileID, line: Int = #line
    ) async throws -> PostgresRows {
        PostgresRows(result: try await run(query, file, line))
    }

    /// Runs one statement in its own transaction, one round trip, and returns how many rows it affected.
    @discardableResult
    public func execute(
        _ query: PostgresQuery, file: String = #fileID, line: Int = #line
    ) async throws -> Int {
        try await run(query, file, line)?.affectedRows ?? 0
    }

    private func run(_ query: PostgresQuery, _ file: String, _ line: Int) async throws -> PGResult? {
        let session = try await pool.lease()
        defer { pool.release(session) }
        return try await session.run(PostgresStatement(query: query, file: file, line: line))
    }

    public var statistics: PostgresPoolStatistics {
        var statistics = pool.statistics
        statistics.gathering = group.gathering
        return statistics
    }

    /// Refuses new leases, waits for those in use and closes all connections.
    /// - Parameter deadline: how long leases may still last; then their connections are closed under them.
    public func shutdown(deadline: Duration = .seconds(5)) async {
        await pool.shutdown(deadline: deadline)
    }
}
