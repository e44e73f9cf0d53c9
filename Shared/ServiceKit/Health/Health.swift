public import Logging
import Messaging
public import Postgres
public import ServiceLifecycle
import Synchronization

/// Knows whether the process is ready: the database answers, its migrations are applied, and no shutdown has begun.
///
/// The database is looked at once a second, not for each probe: probes are cheap and a busy pool makes nobody unready.
/// Kafka is no part of it. Without brokers a service still takes requests; what it publishes waits in the outbox, and
/// the metrics tell.
public final class Health: Service {
    private struct State {
        var database: String? = "The database has not answered yet."
        var pending: [String]
        var isShuttingDown = false
    }

    private static let interval = Duration.seconds(1)

    private let database: PostgresDatabase
    private let patience: Duration
    private let logger: Logger
    private let state: Mutex<State>

    /// - Parameters:
    ///   - migrations: Those that must be applied.
    ///   - patience: How long the database may take to answer.
    public init(
        database: PostgresDatabase, migrations: [PostgresMigration], patience: Duration = .seconds(2), logger: Logger
    ) {
        self.database = database
        self.patience = patience
        self.logger = logger
        state = Mutex(State(pending: migrations.map(\.name)))
    }

    /// What keeps the process from being ready now, one sentence each; none means that it is.
    public var problems: [String] {
        state.withLock { state in
            if state.isShuttingDown { return ["The service is shutting down."] }
            if let problem = state.database { return [problem] }
            return state.pending.isEmpty ? [] : [Self.describe(pending: state.pending)]
        }
    }

    /// Looks at the database.
    ///
    /// - Throws: ``PendingMigrations`` when the database answers and lacks some; `PostgresError` when it does not answer.
    public func check() async throws {
        do {
            let pending = try await pendingMigrations()
            state.withLock {
                $0.database = nil
                $0.pending = pending
            }
            if !pending.isEmpty { throw PendingMigrations(names: pending) }
        } catch let error as PostgresError {
            // All connections are at work: the database is busy, not away.
            let statistics = database.statistics
            if statistics.leased > 0, statistics.leased >= database.configuration.maximumConnections { return }
            state.withLock { $0.database = "The database does not answer." }
            throw error
        }
    }

    /// Says that the process is about to end; it is not ready any more.
    public func beginShutdown() {
        state.withLock { $0.isShuttingDown = true }
    }

    public func run() async throws {
        // What is under way is dropped at once: a shutdown waits for no answer of a database that is away.
        await cancelWhenGracefulShutdown { [self] in
            await repeatUntilShutdown(every: Self.interval, logger: logger, "get ready") {
                let wasReady = problems.isEmpty
                try await check()
                if !wasReady, problems.isEmpty { logger.info("Ready") }
            }
        }
    }

    /// Names that are not in the ledger. What is applied stays applied: the ledger is read only until all are there.
    private func pendingMigrations() async throws -> [String] {
        let expected = state.withLock { $0.pending }
        do {
            guard !expected.isEmpty else {
                _ = try await query("SELECT 1")
                return []
            }
            let ledger = try await query("SELECT name FROM schema_migrations")
            let applied = Set(try ledger.map { try $0["name", as: String.self] })
            return expected.filter { !applied.contains($0) }
        } catch let error as PostgresError where error.sqlState == .undefinedTable {
            return expected
        }
    }

    /// Runs a statement, but not for long: an unreachable host must not hold up the start or the next look.
    private func query(_ query: PostgresQuery) async throws -> PostgresRows {
        try await withThrowingTaskGroup(of: PostgresRows?.self) { [database, patience] group in
            group.addTask { try await database.query(query) }
            group.addTask {
                try await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let rows = first else {
                throw PostgresError(code: .connection, message: "no answer within \(patience)")
            }
            return rows
        }
    }

    fileprivate static func describe(pending: [String]) -> String {
        "\(pending.count) of its migrations \(pending.count == 1 ? "is" : "are") pending "
            + "(\(pending.joined(separator: ", "))): run `caravan migrate`."
    }
}

/// The database lacks migrations that the service was built with.
public struct PendingMigrations: Error, Hashable, CustomStringConvertible {
    /// Their names, in order.
    public let names: [String]

    public var description: String { Health.describe(pending: names) }

    /// The exit status for it: `EX_TEMPFAIL` of sysexits(3). A later start may succeed.
    public static let exitStatus: Int32 = 75
}
