import Messaging
import Postgres
import Schema
import Synchronization
import TestKit
import Testing

/// The outbox as readers see it that keep less than a snapshot.
private struct NaiveReaders {
    let database: PostgresDatabase

    /// Everything behind the last position seen.
    func behind(_ position: Int64) async throws -> [Int64] {
        try await database.query("SELECT position FROM outbox WHERE position > \(position) ORDER BY position")
            .map { try $0["position"] }
    }

    /// Everything of transactions older than all that still run, by position.
    func belowOldestTransaction() async throws -> [Int64] {
        try await database.query(
            """
            SELECT sequence FROM outbox
            WHERE transaction_id < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY position
            """
        ).map { try $0["sequence"] }
    }
}

/// A transaction with an id that does nothing until it is told to end.
private struct OpenTransaction {
    private let task: Task<Void, any Error>
    private let release: AsyncStream<Void>.Continuation

    init(_ database: PostgresDatabase) async throws {
        let (started, start) = AsyncStream<Void>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        task = Task {
            defer { start.finish() }
            try await database.withTransaction { transaction in
                try await transaction.execute("SELECT pg_current_xact_id()")
                start.finish()
                for await _ in released {}
            }
        }
        self.release = release
        for await _ in started {}
    }

    func end() async throws {
        release.finish()
        try await task.value
    }
}

@Suite struct RelayOrderTests {
    let signal = WakeSignal()
    var outbox: Outbox { Outbox(service: .orders, signal: signal) }

    @Test("Two transactions overlap and commit in the other order: a reader by position loses one, the relay none")
    func lateCommit() async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let subscriber = try await Subscriber(broker)
            let naive = NaiveReaders(database: database)
            let outbox = outbox
            try await withRelay(database, broker, signal: signal) {
                var last: Int64 = 0
                try await database.withTransaction { slow in
                    _ = try await change("slow", with: outbox, in: slow)
                    try await slow.execute("SELECT 1")
                    try await database.withTransaction { quick in
                        _ = try await change("quick", with: outbox, in: quick)
                    }
                    let seen = try await naive.behind(last)
                    #expect(seen == [2])
                    last = try #require(seen.last)
                    // It does not have to wait for the slow one either.
                    #expect(try await subscriber.events(1).map(\.subject) == ["quick"])
                }
                let missed = try await naive.behind(last)
                #expect(missed.isEmpty, "the naive reader must lose the event of the slow one")
                #expect(try await subscriber.events(2).map(\.subject) == ["quick", "slow"])
            }
            await subscriber.close()
        }
        await broker.stop()
    }

    @Test(
        "A transaction gets its id before it waits for the lock: ids are in the wrong order, and so is a window by them"
    )
    func earlyIDLateLock() async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let subscriber = try await Subscriber(broker)
            let outbox = outbox
            let running = try await database.withTransaction { second in
                try await second.execute("SELECT pg_current_xact_id()")
                let running = try await OpenTransaction(database)
                try await database.withTransaction { first in
                    _ = try await change("order", with: outbox, in: first)
                }
                // As if it had waited for the lock until now.
                _ = try await change("order", with: outbox, in: second)
                return running
            }
            // Not at once, as older transactions of other tests may run.
            try await eventually("a window by transaction ids shows the later event alone") {
                try await NaiveReaders(database: database).belowOldestTransaction() == [2]
            }
            try await withRelay(database, broker) {
                let events = try await subscriber.events(2)
                #expect(events.map(\.sequence) == [1, 2])
            }
            try await running.end()
            await subscriber.close()
        }
        await broker.stop()
    }

    @Test("Concurrent writers of few aggregates: each aggregate's events come in order, none is lost")
    func concurrentWriters() async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let subscriber = try await Subscriber(broker)
            let (writers, changes, subjects) = (8, 60, 5)
            let outbox = outbox
            var configuration = RelayConfiguration.fast
            configuration.batchSize = 7
            let events = try await withRelay(database, broker, signal: signal, configuration: configuration) {
                try await withThrowingTaskGroup { group in
                    for _ in 0..<writers {
                        group.addTask {
                            for _ in 0..<changes {
                                try await database.withTransaction { transaction in
                                    // The id comes first, as with an inbox row or an idempotency key.
                                    transaction.send("SELECT pg_current_xact_id()")
                                    let subject = "order-\(Int.random(in: 0..<subjects))"
                                    _ = try await change(subject, with: outbox, in: transaction)
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                return try await subscriber.events(writers * changes)
            }
            for (subject, sequences) in events.sequences {
                #expect(sequences == Array(1...Int64(sequences.count)), "\(subject)")
            }
            #expect(events.sequences.values.map(\.count).reduce(0, +) == writers * changes)
            await subscriber.close()
        }
        await broker.stop()
    }
}
