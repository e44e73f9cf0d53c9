public import Kafka
public import Postgres
public import Schema

/// The published events of a service, for as long as they are kept (``RelayConfiguration/journalRetention``).
public struct Journal: Sendable {
    private let database: PostgresDatabase
    private let source: String
    /// The bytes of payloads that a replay reads together: the event that reaches it is the last.
    private static let batchBytes = 8 << 20

    /// - Parameter database: A pool whose search path is the service's schema.
    public init(service: ServiceName, database: PostgresDatabase) {
        self.database = database
        source = EventEnvelope.source(of: service)
    }

    /// Sends published events to their topics once more, in order. Consumers that know them drop them. What is not yet
    /// published is left to the relay: sent from here, a later event could overtake it.
    /// - Parameters:
    ///   - from: The earliest time, nil for the journal's beginning.
    ///   - to: The latest, nil for its end.
    ///   - subject: One aggregate, nil for all.
    ///   - topic: One topic's name, nil for all.
    ///   - progress: Called with the number of events sent so far.
    /// - Returns: The number of events sent.
    @discardableResult
    public func replay(
        from: Timestamp? = nil, to: Timestamp? = nil, subject: String? = nil, topic: String? = nil,
        with producer: KafkaProducer, progress: (@Sendable (Int) -> Void)? = nil
    ) async throws -> Int {
        var position: Int64 = 0
        var count = 0
        while true {
            let rows = try await database.query(
                """
                SELECT position, \(constant: EventEnvelope.columns)
                FROM (
                    SELECT *, sum(octet_length(payload)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING)
                        - octet_length(payload) AS bytes_before
                    FROM (
                        SELECT position, \(constant: EventEnvelope.columns)
                        FROM outbox
                        WHERE position > \(position)
                            AND pg_visible_in_snapshot(transaction_id, (SELECT published FROM relay_state))
                            AND (\(from)::timestamptz IS NULL OR time >= \(from)::timestamptz)
                            AND (\(to)::timestamptz IS NULL OR time <= \(to)::timestamptz)
                            AND (\(subject)::text IS NULL OR subject = \(subject)::text)
                            AND (\(topic)::text IS NULL OR topic = \(topic)::text)
                        ORDER BY position
                        LIMIT 2000
                    ) AS next
                ) AS measured
                WHERE bytes_before < \(Self.batchBytes)
                ORDER BY position
                """)
            guard let last = rows.last else { return count }
            position = try last["position"]
            try await producer.send(contentsOf: rows.map { try EventEnvelope($0, source: source).record })
            count += rows.count
            progress?(count)
        }
    }

    /// How many events wait for the relay, up to 100,000, and the age in seconds of the oldest: what the relay's recorded
    /// cursor leaves, so that it is known also while no relay gets on.
    static func backlog(in database: PostgresDatabase) async throws -> (depth: Int, age: Double) {
        let rows = try await database.query(
            """
            SELECT count(*) AS depth,
                coalesce(extract(epoch FROM clock_timestamp() - min(time)), 0)::double precision AS age
            FROM (
                SELECT time FROM outbox
                WHERE position > (SELECT position FROM relay_state)
                    AND NOT pg_visible_in_snapshot(transaction_id, (SELECT published FROM relay_state))
                LIMIT 100000
            ) AS waiting
            """)
        guard let row = rows.first else { throw MalformedColumn() }
        return (try row["depth"], try row["age"])
    }

    /// Removes published events that are older than `retention`, a few at a time. Any number of replicas may do so.
    static func removeEvents(olderThan retention: Duration, from database: PostgresDatabase) async throws {
        let batchSize = 2000
        var removed = batchSize
        while removed == batchSize, !isShuttingDown {
            removed = try await database.execute(
                """
                DELETE FROM outbox WHERE position = ANY(ARRAY(
                    SELECT position FROM (
                        SELECT position, time FROM outbox
                        WHERE position <= (SELECT floor FROM relay_state)
                        ORDER BY position LIMIT \(batchSize)
                    ) AS oldest
                    WHERE time < now() - make_interval(secs => \(retention.seconds)::double precision)
                ))
                """)
        }
    }
}
