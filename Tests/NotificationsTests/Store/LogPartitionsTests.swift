import Postgres
import Schema
import TestKit
import Testing

@testable import Notifications

/// How the logs grow at one end and are cut off at the other.
@Suite struct LogPartitionsTests {
    private static let nowhere = "http://127.0.0.1:1/"
    private static let month = Duration.seconds(30 * 86_400)

    @Test func `slices are made ahead, once, whoever makes them`() async throws {
        try await Engine.with { engine in
            let partitions = LogPartitions(database: engine.database, age: Self.month)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await partitions.makeAhead() } }
                try await group.waitForAll()
            }
            let made = try await slices(engine, of: "event")
            for log in ["delivery", "attempt"] {
                #expect(try await slices(engine, of: log).map { $0.suffix(8) } == made.map { $0.suffix(8) })
            }
            try await partitions.cover()
            #expect(try await slices(engine, of: "event") == made)
            let bounds = try await engine.database.query(
                """
                SELECT max(to_date(right(inhrelid::regclass::text, 8), 'YYYYMMDD')) > current_date + 6 AS is_covered
                FROM pg_inherits WHERE inhparent = 'webhook_event_log'::regclass
                """)
            #expect(try bounds.first?["is_covered"] == true)
        }
    }

    @Test func `a service that was away for long goes on at once`() async throws {
        try await Engine.with { engine in
            try await begin(engine, slices: [-40])
            let partitions = LogPartitions(database: engine.database, age: Self.month)
            await #expect(throws: PostgresError.self) { try await engine.record(subject: "one") }
            try await partitions.cover()
            try await engine.record(subject: "one")
            #expect(try await slices(engine, of: "event").count < 10)
        }
    }

    @Test func `old slices are dropped, and what is pending stays and is delivered`() async throws {
        try await Engine.with { engine in
            let receiver = try await WebhookReceiver.start()
            try await begin(engine, slices: [-40, -31, -10, 2])
            try await engine.endpoint("shop", receiver.url("/hook"))
            for subject in ["done", "failed", "held", "young"] { try await engine.record(subject: subject) }
            try await age(engine, ["done", "failed", "held"], days: 35)
            try await finish(engine, "done", "delivered")
            try await finish(engine, "failed", "failed")
            let cursor = try await EventLog(database: engine.database)
                .page(of: engine.account, .init(), after: nil, limit: 1).end
            try await LogPartitions(database: engine.database, age: Self.month).dropOld()

            #expect(try await slices(engine, of: "event").count == 2)
            #expect(try await slices(engine, of: "delivery").count == 2)
            #expect(try await engine.deliveries(of: "shop").map(\.subject).sorted() == ["held", "young"])
            // What is kept for a delivery is no part of the log any more.
            let log = EventLog(database: engine.database)
            let rest = try await log.page(of: engine.account, .init(), after: nil, limit: 10)
            #expect(rest.events.map(\.event.subject) == ["young"])
            await #expect(throws: EventLog.Expired.self) {
                try await log.page(of: engine.account, .init(), after: cursor, limit: 10)
            }
            try await engine.dispatching { _ in
                try await eventually("what was pending arrives") {
                    Set(receiver.deliveries.compactMap { $0.content?.subject }) == ["held", "young"]
                }
                try await eventually("it is noted") {
                    try await engine.deliveries(of: "shop").allSatisfy { $0.status == .delivered }
                }
            }
            await receiver.stop()
        }
    }

    @Test func `more is kept than fits into one statement, each event once`() async throws {
        try await Engine.with { engine in
            try await begin(engine, slices: [-31, 2])
            for name in ["one", "two"] { try await engine.endpoint(name, Self.nowhere) }
            try await engine.database.withTransaction { transaction in
                for number in 0..<700 {
                    engine.record(engine.event(subject: "s\(number)", sequence: 1), in: transaction)
                }
            }
            try await age(engine, nil, days: 35)
            try await LogPartitions(database: engine.database, age: Self.month).dropOld()
            let rows = try await engine.database.query(
                """
                SELECT count(*) AS deliveries, count(DISTINCT event.id) AS events,
                    (SELECT count(*) FROM webhook_event_log) AS all_events
                FROM webhook_deliveries delivery JOIN webhook_event_log event
                    ON event.id = delivery.event_id AND event.recorded_at = delivery.recorded_at
                """)
            let row = try #require(rows.first)
            #expect(try row["deliveries"] == 1400)
            #expect(try row["events"] == 700)
            #expect(try row["all_events"] == 700)
        }
    }

    /// Whoever detached a slice and died has left it where no statement sees it.
    @Test func `what was interrupted is taken up again`() async throws {
        try await Engine.with { engine in
            try await begin(engine, slices: [-31, 2])
            try await engine.endpoint("shop", Self.nowhere)
            try await engine.record(subject: "held")
            try await age(engine, nil, days: 35)
            let slice = try #require(try await slices(engine, of: "event").first)
            try await engine.database.withConnection { connection in
                try await connection.script("ALTER TABLE webhook_event_log DETACH PARTITION \(slice)")
            }
            try await LogPartitions(database: engine.database, age: Self.month).dropOld()
            #expect(try await slices(engine, of: "attempt").count == 1)
            let claimed = try await engine.claim()
            #expect(claimed.map(\.message.event.subject) == ["held"])
        }
    }

    @Test func `nobody who writes waits for a slice to go`() async throws {
        try await Engine.with { engine in
            try await begin(engine, slices: [-31, 2])
            try await engine.endpoint("shop", Self.nowhere)
            let partitions = LogPartitions(database: engine.database, age: Self.month)
            let (hasWritten, mayEnd) = (Latch(), Latch())
            async let open: Void = engine.database.withTransaction { transaction in
                engine.record(engine.event(subject: "open", sequence: 1), in: transaction)
                try await transaction.execute("SELECT 1")
                hasWritten.open()
                await mayEnd.wait()
            }
            await hasWritten.wait()
            // It waits for that transaction, and holds no one up meanwhile.
            async let dropping: Void = partitions.dropOld()
            try await eventually("the slice is being detached") {
                try await engine.database.query("SELECT FROM pg_inherits WHERE inhdetachpending").count > 0
            }
            try await engine.record(subject: "other")
            let claimed = try await engine.claim()
            #expect(claimed.map(\.message.event.subject) == ["other"])
            mayEnd.open()
            try await open
            try await dropping
            #expect(try await slices(engine, of: "event").count == 1)
        }
    }

    // MARK: Helpers

    /// Begins the logs anew, with slices that end so many days from today.
    private func begin(_ engine: Engine, slices days: [Int]) async throws {
        try await engine.database.withConnection { connection in
            for log in ["event", "delivery", "attempt"] {
                for slice in try await slices(engine, of: log) { try await connection.script("DROP TABLE \(slice)") }
            }
            for (index, day) in days.enumerated() {
                let lower: Int? = index == 0 ? nil : days[index - 1]
                try await connection.execute(
                    """
                    SELECT make_webhook_log_partitions(
                        (date_trunc('day', now() AT TIME ZONE 'UTC') + make_interval(days => \(lower))) AT TIME ZONE 'UTC',
                        (date_trunc('day', now() AT TIME ZONE 'UTC') + make_interval(days => \(day))) AT TIME ZONE 'UTC')
                    """)
            }
        }
    }

    private func slices(_ engine: Engine, of log: String) async throws -> [String] {
        try await engine.database.query(
            """
            SELECT inhrelid::regclass::text AS slice FROM pg_inherits
            WHERE inhparent = to_regclass(\("webhook_\(log)_log")) ORDER BY 1
            """
        ).map { try $0["slice"] }
    }

    /// Makes events as old as if they had been recorded so long ago.
    private func age(_ engine: Engine, _ subjects: [String]?, days: Int) async throws {
        for table in ["webhook_event_log", "webhook_deliveries"] {
            try await engine.database.execute(
                """
                UPDATE \(unescaped: table) SET recorded_at = recorded_at - make_interval(days => \(days))
                WHERE \(subjects == nil) OR subject = ANY (\(subjects ?? [])::text[])
                """)
        }
    }

    private func finish(_ engine: Engine, _ subject: String, _ status: String) async throws {
        try await engine.database.execute(
            """
            WITH delivery AS (DELETE FROM webhook_deliveries WHERE subject = \(subject) RETURNING *)
            INSERT INTO webhook_delivery_log (recorded_at, id, account_id, endpoint_id, event_id, type, subject, sequence,
                status, attempts, due_at, created_at)
            SELECT recorded_at, id, \(engine.account), endpoint_id, event_id, type, subject, sequence, \(status), 1, due_at,
                created_at
            FROM delivery
            """)
    }
}
