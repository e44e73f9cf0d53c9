import Messaging
import Postgres
import Schema
import Synchronization

/// The partitions of the webhook engine's logs: events, deliveries that are done, failed attempts. A slice of time is one
/// partition of each.
///
/// Slices are made well ahead and dropped as a whole. Neither makes those wait who read or write: partitions are
/// attached and detached under locks that get in nobody's way.
final class LogPartitions: Sendable {
    let database: PostgresDatabase
    /// How long what was recorded is kept at least.
    private let age: Duration
    /// Until when there are slices, as far as this process knows.
    private let coveredUntil = Mutex(Timestamp(microseconds: 0))

    /// How far ahead slices are made, and how long before their end a writer makes more himself.
    private static let ahead = Duration.seconds(7 * 86_400)
    private static let margin = Duration.seconds(86_400)
    /// The events that are kept and the deliveries that are moved with one statement.
    private static let batchSize = 1000

    /// - Parameter age: How long what was recorded is kept; dropped in slices of a fifteenth of that, so up to so much
    ///   later. More slices would cost every statement that finds its partition as it runs.
    init(database: PostgresDatabase, age: Duration) {
        self.database = database
        self.age = age
    }

    /// Whole days of one slice.
    private var width: Int { max(1, Int((age.components.seconds + 15 * 86_400 - 1) / (15 * 86_400))) }

    // MARK: Ahead

    /// Makes sure that what is recorded now has its place, also after the service was away for long. Costs nothing as a
    /// rule.
    func cover() async throws {
        guard coveredUntil.withLock({ $0 < .now() + Self.margin }) else { return }
        try await makeAhead()
    }

    /// Makes the slices of the days to come that are not there yet.
    func makeAhead() async throws {
        let end = try await database.withTransaction { transaction in
            transaction.send(
                "SELECT pg_advisory_xact_lock(hashtextextended('webhook log slices of ' || current_schema(), 0))")
            let rows = try await transaction.query(
                """
                WITH RECURSIVE slice AS (
                    SELECT max(to_date(right(relname, 8), 'YYYYMMDD')::timestamp) AS upper FROM pg_class
                    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
                        AND relname ~ '^webhook_event_log_until_[0-9]{8}$'
                    UNION ALL
                    -- Not day by day through a time when the service was away.
                    SELECT greatest(upper, date_trunc('day', now() AT TIME ZONE 'UTC'))
                        + make_interval(days => \(width)::integer)
                    FROM slice
                    WHERE upper < now() AT TIME ZONE 'UTC' + make_interval(secs => \(Self.ahead.seconds))
                ),
                bounds AS (SELECT lag(upper) OVER (ORDER BY upper) AS lower, upper FROM slice),
                made AS (
                    SELECT make_webhook_log_partitions(lower AT TIME ZONE 'UTC', upper AT TIME ZONE 'UTC')
                    FROM bounds WHERE lower IS NOT NULL
                )
                SELECT max(upper) AT TIME ZONE 'UTC' AS upper, (SELECT count(*) FROM made) FROM slice
                """)
            return try rows.first?["upper", as: Timestamp?.self]
        }
        if let end { coveredUntil.withLock { $0 = end } }
    }

    // MARK: Behind

    /// Drops the slices that are too old, with the help of nobody else at a time. Events whose deliveries are pending are
    /// kept in the newest slice. What was interrupted is taken up again.
    func dropOld() async throws {
        try await database.withConnection { connection in
            let rows = try await connection.query(
                "SELECT pg_try_advisory_lock(hashtextextended('webhook log age of ' || current_schema(), 0)) AS locked")
            guard try rows.first?["locked"] ?? false else { return }
            let upper = try await oldSlices(connection)
            for upper in upper { try await drop(until: upper, connection) }
            try await connection.execute(
                "SELECT pg_advisory_unlock(hashtextextended('webhook log age of ' || current_schema(), 0))")
        }
    }

    /// The ends of the slices that are too old, the oldest first.
    private func oldSlices(_ connection: PostgresConnection) async throws -> [Timestamp] {
        try await connection.query(
            """
            SELECT upper FROM (
                SELECT DISTINCT to_date(right(relname, 8), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC' AS upper FROM pg_class
                WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
                    AND relname ~ '^webhook_(event|delivery|attempt)_log_until_[0-9]{8}$'
            ) AS slice
            WHERE upper <= now() - make_interval(secs => \(age.seconds)) ORDER BY upper
            """
        ).map { try $0["upper"] }
    }

    /// From the first cut on, who reads on from before it is told that something is missing. Once the deliveries that are
    /// done are out of reach nothing of the slice can be made pending any more, and once the events are, no new delivery
    /// of them can begin: what is kept then is all there is to keep.
    private func drop(until upper: Timestamp, _ connection: PostgresConnection) async throws {
        try await keepPending(until: upper, connection)
        try await connection.execute("UPDATE webhook_log_state SET cut_at = greatest(cut_at, \(upper))")
        for log in ["webhook_delivery_log", "webhook_attempt_log", "webhook_event_log"] {
            try await detach(log, until: upper, connection)
        }
        try await keepPending(until: upper, connection)
        for log in ["webhook_delivery_log", "webhook_attempt_log", "webhook_event_log"] {
            try await connection.script("DROP TABLE IF EXISTS \(Self.slice(of: log, until: upper))")
        }
    }

    /// `webhook_event_log_until_20261121`.
    private static func slice(of log: String, until upper: Timestamp) -> String {
        "\(log)_until_\(upper.description.prefix(10).replacing("-", with: ""))"
    }

    private func detach(_ log: String, until upper: Timestamp, _ connection: PostgresConnection) async throws {
        let slice = Self.slice(of: log, until: upper)
        let rows = try await connection.query(
            "SELECT inhdetachpending AS is_half FROM pg_inherits WHERE inhrelid = to_regclass(\(slice))")
        guard let row = rows.first else { return }
        // One that was interrupted is out of sight already.
        let manner = try row["is_half"] ? "FINALIZE" : "CONCURRENTLY"
        try await connection.script("ALTER TABLE \(log) DETACH PARTITION \(slice) \(manner)")
    }

    /// Moves what pending deliveries need of a slice into the newest one, under one time for all of it.
    private func keepPending(until upper: Timestamp, _ connection: PostgresConnection) async throws {
        let slice = Self.slice(of: "webhook_event_log", until: upper)
        guard try await connection.query("SELECT FROM to_regclass(\(slice)) AS name WHERE name IS NOT NULL").count > 0
        else { return }
        let now = Timestamp.now()
        var last: WebhookDeliveryID?
        repeat {
            last = try await keepPending(after: last, until: upper, from: slice, at: now, connection)
        } while last != nil
    }

    /// - Returns: The last of a full batch.
    private func keepPending(
        after last: WebhookDeliveryID?, until upper: Timestamp, from slice: String, at now: Timestamp,
        _ connection: PostgresConnection
    ) async throws -> WebhookDeliveryID? {
        let rows = try await connection.query(
            """
            WITH waiting AS (
                SELECT id, event_id, recorded_at FROM webhook_deliveries
                WHERE recorded_at < \(upper)
                    AND id > coalesce(\(last)::uuid, '00000000-0000-0000-0000-000000000000')
                ORDER BY id LIMIT \(Self.batchSize) FOR UPDATE
            ),
            kept AS (
                INSERT INTO webhook_event_log (recorded_at, position, id, account_id, type, subject, sequence, time,
                    traceparent, payload, is_kept)
                SELECT \(now), event.position, event.id, event.account_id, event.type, event.subject, event.sequence,
                    event.time, event.traceparent, event.payload, true
                FROM \(unescaped: slice) event
                WHERE event.id = ANY (ARRAY(SELECT DISTINCT event_id FROM waiting))
                ON CONFLICT DO NOTHING
            ),
            moved AS (
                UPDATE webhook_deliveries delivery SET recorded_at = \(now)
                WHERE delivery.id = ANY (ARRAY(SELECT id FROM waiting))
            )
            SELECT id FROM waiting ORDER BY id DESC
            """)
        return rows.count == Self.batchSize ? try rows.first?["id"] : nil
    }
}
