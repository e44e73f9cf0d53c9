import Kafka
import Postgres
import Schema
import TestKit
import Testing

@testable import Messaging

@Suite struct RelayFaultTests {
    let signal = WakeSignal()
    var outbox: Outbox { Outbox(service: .orders, signal: signal) }

    /// Changes an aggregate so many times, one transaction each.
    private func write(_ count: Int, to subject: String = "order", _ database: PostgresDatabase) async throws {
        for _ in 0..<count {
            try await database.withTransaction { transaction in
                _ = try await change(subject, with: outbox, in: transaction)
            }
        }
    }

    @Test("A crash after publishing and before recording it: published again, in order")
    func crashBeforeSave() async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let subscriber = try await Subscriber(broker)
            try await write(3, database)
            try await database.execute(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'the relay dies here'; END $$
                """)
            try await database.execute(
                "CREATE TRIGGER refuse BEFORE UPDATE ON relay_state FOR EACH ROW EXECUTE FUNCTION refuse()")
            try await withRelay(database, broker) {
                try await eventually("all of it is published more than once") {
                    try await subscriber.received().count >= 6
                }
                try await database.execute("DROP TRIGGER refuse ON relay_state")
                try await eventually("the cursor is recorded") {
                    try await database.query("SELECT FROM relay_state WHERE cluster_id IS NOT NULL").count == 1
                }
                try await write(1, database)
                #expect(try await subscriber.events(4).sequences == ["order": [1, 2, 3, 4]])
            }
            await subscriber.close()
        }
        await broker.stop()
    }

    @Test("The active relay loses its connection: one of the two goes on, and the lock has one holder")
    func handOver() async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: testMigrations) { database, test in
            let other = PostgresDatabase(configuration: test.configuration)
            let subscriber = try await Subscriber(broker)
            try await withRelay(database, broker, signal: signal) {
                try await withRelay(other, broker, signal: signal) {
                    for round in 1...5 {
                        try await write(4, database)
                        _ = try await subscriber.events(8 * round - 4)
                        let before = try await holders(database)
                        #expect(before.count == 1)
                        for holder in before {
                            try await database.execute("SELECT pg_terminate_backend(\(holder))")
                        }
                        try await write(4, to: "other", database)
                        let events = try await subscriber.events(8 * round)
                        #expect(
                            events.sequences == [
                                "order": Array(1...Int64(4 * round)), "other": Array(1...Int64(4 * round)),
                            ])
                        try await eventually("another connection holds the lock") {
                            let now = try await self.holders(database)
                            return now.count == 1 && now != before
                        }
                    }
                }
                // The second relay has ended and given back what it had.
                try await write(1, database)
                let events = try await subscriber.events(41)
                #expect(events.sequences == ["order": Array(1...21), "other": Array(1...20)])
            }
            await other.shutdown()
            await subscriber.close()
        }
        await broker.stop()
    }

    private func holders(_ database: PostgresDatabase) async throws -> [Int32] {
        try await database.query(
            """
            SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
            WHERE locktype = 'advisory' AND granted AND datname = current_database()
            """
        ).map { try $0["pid"] }
    }

    @Test("The broker is down for a while: everything is published afterwards")
    func brokerDown() async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let subscriber = try await Subscriber(broker)
            try await withRelay(database, broker, signal: signal) {
                try await write(3, database)
                _ = try await subscriber.events(3)
                try await broker.down()
                try await write(3, database)
                try await broker.up()
                #expect(try await subscriber.events(6).sequences == ["order": Array(1...6)])
            }
            await subscriber.close()
        }
        await broker.stop()
    }

    @Test("A new, empty cluster gets the whole journal, while the relay runs")
    func newCluster() async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            try await withRelay(database, broker, signal: signal) {
                try await write(30, database)
                let before = try await Subscriber(broker)
                _ = try await before.events(30)
                await before.close()
                try await broker.replace()
                try await write(5, database)
                let after = try await Subscriber(broker)
                #expect(Set(try await after.events(35).map(\.sequence)) == Set(1...35))
                await after.close()
            }
        }
        await broker.stop()
    }

    @Test("Postgres crashes: the relay goes on where it was")
    func postgresCrash() async throws {
        let broker = try await TestBroker.start()
        let cluster = try await TestCluster.start()
        try await TestDatabase.with(on: cluster, migrations: testMigrations) { database, test in
            let subscriber = try await Subscriber(broker)
            try await withRelay(database, broker, signal: signal) {
                try await write(10, database)
                _ = try await subscriber.events(10)
                try await test.cluster.restart(.immediate)
                try await eventually("the database is back") {
                    try await write(1, database)
                    return true
                }
                #expect(try await subscriber.events(11).sequences == ["order": Array(1...11)])
            }
            await subscriber.close()
        }
        await cluster.server.stop()
        await broker.stop()
    }

    @Test("A journal restored from a dump, whose transaction ids are of another server, is published again")
    func restoredDump() async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let subscriber = try await Subscriber(broker)
            try await write(3, database)
            try await database.execute("UPDATE outbox SET transaction_id = '4000000000'")
            try await database.execute("UPDATE relay_state SET published = '4000000001:4000000001:', floor = 3")
            try await withRelay(database, broker, signal: signal) {
                try await write(1, database)
                #expect(try await subscriber.events(4).sequences == ["order": [1, 2, 3, 4]])
            }
            await subscriber.close()
        }
        await broker.stop()
    }

    @Test("The largest events that the outbox takes are published, a few at a time")
    func largeEvents() async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let subscriber = try await Subscriber(broker)
            for sequence in Int64(1)...4 {
                try await database.withTransaction { transaction in
                    try outbox.append(
                        Huge(bytes: Outbox.maximumPayload), subject: "huge", sequence: sequence, account: account,
                        in: transaction)
                }
            }
            try await database.withConnection { connection in
                let store = JournalStore(connection: connection, source: "")
                let batch = try await store.read(
                    after: JournalCursor(), limit: 2000, bytes: 2 * Outbox.maximumPayload - 1)
                #expect(batch.events.map(\.sequence) == [1, 2])
                #expect(!batch.isComplete)
                let rest = try await store.read(after: JournalCursor(), limit: 2000, bytes: .max)
                #expect(rest.events.count == 4)
                #expect(rest.isComplete)
            }
            var configuration = RelayConfiguration.fast
            configuration.batchBytes = 1
            try await withRelay(database, broker, signal: signal, configuration: configuration) {
                let events = try await subscriber.events(4)
                #expect(events.sequences == ["huge": [1, 2, 3, 4]])
                #expect(events.allSatisfy { $0.payload.count == Outbox.maximumPayload })
            }
            await subscriber.close()
        }
        await broker.stop()
    }

    @Test("What waits is known from the database, so also while no relay gets on")
    func backlog() async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            try await write(3, database)
            try await database.execute("UPDATE outbox SET time = time - interval '1 minute'")
            let waiting = try await Journal.backlog(in: database)
            #expect(waiting.depth == 3)
            #expect(waiting.age >= 60)
            try await withRelay(database, broker, signal: signal) {
                try await eventually("nothing waits") { try await Journal.backlog(in: database).depth == 0 }
            }
            try await write(2, database)
            #expect(try await Journal.backlog(in: database).depth == 2)
        }
        await broker.stop()
    }

    @Test("A replay sends what was asked for once more")
    func replay() async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let subscriber = try await Subscriber(broker)
            try await write(3, to: "a", database)
            try await write(2, to: "b", database)
            let producer = try KafkaProducer(configuration: broker.kafka)
            let journal = Journal(service: .orders, database: database)
            #expect(try await journal.replay(with: producer) == 0, "the relay has published nothing yet")
            try await withRelay(database, broker) {
                try await eventually("all is published") { try await Journal.backlog(in: database).depth == 0 }
            }
            // What comes now is the relay's to send first.
            try await write(1, to: "a", database)
            #expect(try await journal.replay(subject: "a", with: producer) == 3)
            #expect(try await journal.replay(topic: Topic.ordersEvents.name, with: producer) == 5)
            #expect(try await journal.replay(from: .now() + .seconds(60), with: producer) == 0)
            try await eventually("all of it has come") { try await subscriber.received().count == 13 }
            #expect(try await subscriber.events(5).sequences == ["a": [1, 2, 3], "b": [1, 2]])
            await producer.close(deadline: .seconds(1))
            await subscriber.close()
        }
        await broker.stop()
    }

    @Test("Old events leave the journal once they are published, younger and unpublished ones stay")
    func retention() async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let subscriber = try await Subscriber(broker)
            var configuration = RelayConfiguration.fast
            configuration.journalRetention = .seconds(3600)
            try await write(2, to: "old", database)
            try await database.execute("UPDATE outbox SET time = now() - interval '2 hours'")
            try await Journal.removeEvents(olderThan: .zero, from: database)
            #expect(try await database.query("SELECT FROM outbox").count == 2, "nothing is published yet")
            try await withRelay(database, broker, signal: signal, configuration: configuration) {
                _ = try await subscriber.events(2)
                try await write(4, to: "young", database)
                _ = try await subscriber.events(6)
                try await eventually("the old ones are gone") {
                    try await database.query("SELECT FROM outbox WHERE subject = 'old'").isEmpty
                }
            }
            #expect(try await database.query("SELECT FROM outbox").count == 4)
            await subscriber.close()
        }
        await broker.stop()
    }
}
