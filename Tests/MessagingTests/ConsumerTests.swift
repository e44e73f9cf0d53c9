import FoundationEssentials
import Kafka
import Logging
import Postgres
import Schema
import Synchronization
import TestKit
import Testing

@testable import Messaging

/// Writes an effect without any constraint, so that a second effect would show; fails as told.
struct EffectHandler: EventHandler {
    struct Poison: Error, CustomStringConvertible {
        let description = "poison"
    }

    /// Asked before each event; what it returns is thrown.
    var failure: @Sendable (Received<Noted>) -> (any Error)? = { _ in nil }

    func handle(_ event: Received<Noted>, in transaction: PostgresTransaction) async throws {
        transaction.send(
            """
            INSERT INTO effects (subject, number) VALUES (\(event.envelope.subject), \(event.payload.number))
            """)
        if let error = failure(event) { throw error }
    }
}

func noted(_ subject: String, _ number: Int64) throws -> EventEnvelope {
    try EventEnvelope(Noted(number: number), from: .catalog, subject: subject, sequence: number, account: account)
}

/// The numbers of the effects by subject, in the order in which they happened.
func effects(_ database: PostgresDatabase) async throws -> [String: [Int64]] {
    var effects: [String: [Int64]] = [:]
    for row in try await database.query("SELECT subject, number FROM effects ORDER BY position") {
        effects[try row["subject"], default: []].append(try row["number"])
    }
    return effects
}

@Suite struct ConsumerTests {
    /// What decides whether the poison still works.
    final class Switch: Sendable {
        private let state = Mutex(true)
        var isOn: Bool {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    private func delivery(
        _ database: PostgresDatabase, _ handler: EffectHandler = EffectHandler(), logger: Logger = .silent
    ) -> EventDelivery {
        EventDelivery(
            database: database, handlers: EventHandlers([handler]),
            outbox: Outbox(service: .orders, signal: WakeSignal()),
            configuration: ConsumerConfiguration(retryDelay: .milliseconds(1)), logger: logger,
            metrics: ConsumptionMetrics())
    }

    @Test("An event delivered twice has one effect: in one batch, in two, and singly")
    func duplicates() async throws {
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let events = [try noted("a", 1), try noted("a", 2), try noted("b", 1)]
            try await delivery(database).deliver(events + events)
            try await delivery(database).deliver(events)
            for event in events { try await delivery(database).deliver([event]) }
            try await delivery(database).deliver(events + [try noted("b", 2)])
            #expect(try await effects(database) == ["a": [1, 2], "b": [1, 2]])
        }
    }

    @Test("A poison event parks with its key, later ones behind it, and the others flow")
    func poison() async throws {
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let delivery = delivery(
                database,
                EffectHandler { $0.envelope.subject == "bad" && $0.payload.number == 2 ? EffectHandler.Poison() : nil })
            var batch: [EventEnvelope] = []
            for number in Int64(1)...4 { batch += [try noted("bad", number), try noted("good", number)] }
            try await delivery.deliver(batch)
            try await delivery.deliver(batch + [try noted("bad", 5), try noted("good", 5)])
            #expect(try await effects(database) == ["bad": [1], "good": [1, 2, 3, 4, 5]])

            let parked = ParkedEvents(database: database, handlers: [])
            let items = try await parked.list()
            #expect(items.map(\.event.sequence) == [2, 3, 4, 5])
            #expect(items.first?.event == batch[2])
            #expect(items.first?.error == "poison")
            #expect(try await parked.list(after: items[1].position, limit: 1) == [items[2]])
            #expect(try await ParkingStore.count(in: database) == 4)

            let reports = try await database.query(
                "SELECT topic, subject, sequence, payload FROM outbox ORDER BY position")
            #expect(try reports.map { try $0["sequence", as: Int64.self] } == [2, 3, 4, 5])
            let first = try #require(reports.first)
            #expect(try first["topic"] == Topic.parked(of: .orders).name)
            let report = try JSON.decode(EventParked.self, from: first["payload", as: String.self])
            #expect(report.eventID == batch[2].id)
            #expect(report.topic == Topic.ordersEvents.name)
        }
    }

    @Test("A payload that cannot be read is poison")
    func unreadable() async throws {
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            var event = try noted("a", 1)
            event.payload = [0, 255, 0x7B]
            try await delivery(database).deliver([event])
            #expect(try await ParkingStore.count(in: database) == 1)
        }
    }

    @Test("A failure that passes never parks, however often it comes; one of the event's own counts")
    func transient() async throws {
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let attempts = Mutex(0)
            let handler = EffectHandler { _ in
                attempts.withLock { attempts in
                    attempts += 1
                    return attempts <= 7 ? PostgresError(code: .connection, message: "lost") : nil
                }
            }
            try await delivery(database, handler).deliver([try noted("a", 1)])
            #expect(attempts.withLock { $0 } == 8)
            #expect(try await effects(database) == ["a": [1]])
            #expect(try await ParkingStore.count(in: database) == 0)

            attempts.withLock { $0 = 0 }
            let poison = EffectHandler { _ in
                attempts.withLock { $0 += 1 }
                return EffectHandler.Poison()
            }
            try await delivery(database, poison).deliver([try noted("a", 2)])
            #expect(attempts.withLock { $0 } == ConsumerConfiguration().attempts)
        }
    }

    @Test("An event whose statements always take too long is parked at last, and the log tells its trace")
    func timeouts() async throws {
        let log = CapturedLog()
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let slow = EffectHandler { _ in PostgresError(code: .server(.queryCanceled), message: "too long") }
            let trace = TraceContext.random()
            let event = try TraceContext.$current.withValue(trace) { try noted("a", 1) }
            try await delivery(database, slow, logger: log.logger).deliver([event])
            #expect(try await ParkingStore.count(in: database) == 1)
            #expect(log["an event is parked"]?["traceparent"] == "\(trace.traceparent)")
        }
    }

    @Test("What another replica has applied meanwhile is not parked, and not said to be")
    func parkingTooLate() async throws {
        let log = CapturedLog()
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let event = try noted("a", 1)
            try await delivery(database).deliver([event])
            let outcome = try await delivery(database, logger: log.logger).setAside(event, EffectHandler.Poison())
            #expect(outcome == .duplicate)
            #expect(try await ParkingStore.count(in: database) == 0)
            #expect(log["an event is parked"] == nil)
        }
    }

    @Test("A requeue applies the events in order and lets later ones flow; one that fails again stays")
    func requeue() async throws {
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let poison = Switch()
            let handler = EffectHandler { $0.payload.number == 2 && poison.isOn ? EffectHandler.Poison() : nil }
            let delivery = delivery(database, handler)
            let events = try (Int64(1)...4).map { try noted("a", $0) }
            try await delivery.deliver(events)
            let parked = ParkedEvents(database: database, handlers: [handler])

            // Through any event of the aggregate.
            #expect(
                try await parked.requeue(events[3].id) == .failed(after: 0, event: events[1].id, error: "poison"))
            #expect(try await effects(database) == ["a": [1]])
            poison.isOn = false
            #expect(try await parked.requeue(events[3].id) == .applied(3))
            #expect(try await parked.requeue(events[3].id) == .notFound)
            #expect(try await effects(database) == ["a": [1, 2, 3, 4]])

            try await delivery.deliver(events + [try noted("a", 5)])
            #expect(try await effects(database) == ["a": [1, 2, 3, 4, 5]])
        }
    }

    @Test("A discarded event is gone; those behind it wait for their requeue")
    func discard() async throws {
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let handler = EffectHandler { $0.payload.number == 1 ? EffectHandler.Poison() : nil }
            let delivery = delivery(database, handler)
            let events = try (Int64(1)...3).map { try noted("a", $0) }
            try await delivery.deliver(events)
            let parked = ParkedEvents(database: database, handlers: [handler])
            #expect(try await parked.discard(events[0].id))
            #expect(try await !parked.discard(events[0].id))
            #expect(try await ParkingStore.count(in: database) == 2)
            #expect(try await parked.requeue(events[2].id) == .applied(2))
            #expect(try await effects(database) == ["a": [2, 3]])
        }
    }

    @Test("Events that arrive while their aggregate is requeued keep their order and are not left behind")
    func requeueRace() async throws {
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let poison = Switch()
            let handler = EffectHandler { _ in poison.isOn ? EffectHandler.Poison() : nil }
            let delivery = delivery(database, handler)
            try await delivery.deliver([try noted("a", 1)])
            poison.isOn = false
            let parked = ParkedEvents(database: database, handlers: [handler])
            try await withThrowingTaskGroup { group in
                group.addTask {
                    for number in Int64(2)...200 { try await delivery.deliver([try noted("a", number)]) }
                }
                group.addTask {
                    try await eventually("nothing is parked any more") {
                        if let first = try await parked.list(limit: 1).first {
                            _ = try await parked.requeue(first.event.id)
                        }
                        return try await database.query("SELECT FROM parked_keys").isEmpty
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await ParkingStore.count(in: database) == 0)
            #expect(try await effects(database) == ["a": Array(1...200)])
        }
    }

    @Test("From one transaction through the broker to the other: once, in order, under the same trace")
    func endToEnd() async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let signal = WakeSignal()
            let outbox = Outbox(service: .orders, signal: signal)
            let traces = Mutex<Set<String>>([])
            let handler = EffectHandler { _ in
                traces.withLock { _ = $0.insert(TraceContext.current?.traceID ?? "none") }
                return nil
            }
            let consumer = EventConsumer(
                service: .orders, database: database, kafka: broker.kafka, handlers: [handler], outbox: outbox,
                configuration: ConsumerConfiguration(wait: .milliseconds(20)), logger: .silent)
            let task = Task { try await consumer.run() }
            let trace = TraceContext.random()
            try await withRelay(database, broker, signal: signal) {
                try await TraceContext.$current.withValue(trace) {
                    for _ in 0..<20 {
                        try await database.withTransaction { transaction in
                            for subject in ["a", "b", "c"] {
                                _ = try await change(subject, with: outbox, in: transaction)
                            }
                        }
                    }
                }
                let expected = ["a": Array(Int64(1)...20), "b": Array(1...20), "c": Array(1...20)]
                try await eventually("all effects are there") { try await effects(database) == expected }
                #expect(traces.withLock { $0 } == [trace.traceID])

                // Everything comes again, from the journal; and then something new.
                try await broker.replace()
                try await database.withTransaction { transaction in
                    _ = try await change("d", with: outbox, in: transaction)
                }
                try await eventually(timeout: .seconds(40), "the new event arrives") {
                    try await effects(database)["d"] == [1]
                }
                let subscriber = try await Subscriber(broker)
                _ = try await subscriber.events(61)
                await subscriber.close()
                #expect(try await effects(database).filter { $0.key != "d" } == expected)
            }
            task.cancel()
            _ = await task.result
        }
        await broker.stop()
    }
}
