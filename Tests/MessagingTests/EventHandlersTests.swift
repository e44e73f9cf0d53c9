import Logging
import Postgres
import Schema
import Synchronization
import TestKit
import Testing

@testable import Messaging

/// Notes what it is given together, and fails as told.
private final class BatchHandler: EventHandler {
    private let state = Mutex((batches: [[String]](), failsTogether: false))

    init(failsTogether: Bool = false) { state.withLock { $0.failsTogether = failsTogether } }

    var batches: [[String]] { state.withLock { $0.batches } }

    func handle(_ event: Received<Noted>, in transaction: PostgresTransaction) async throws {
        try await handle([event], in: transaction)
    }

    func handle(_ events: [Received<Noted>], in transaction: PostgresTransaction) async throws {
        for event in events {
            transaction.send(
                """
                INSERT INTO effects (subject, number) VALUES (\(event.envelope.subject), \(event.payload.number))
                """)
        }
        let mustFail = state.withLock { state in
            state.batches.append(events.map { "\($0.envelope.subject)\($0.payload.number)" })
            return state.failsTogether && events.count > 1
        }
        if mustFail { throw EffectHandler.Poison() }
    }
}

private struct HugeHandler: EventHandler {
    func handle(_ event: Received<Huge>, in transaction: PostgresTransaction) async throws {}
}

private struct PickyHandler: EventHandler {
    let subject: String

    func concerns(_ envelope: EventEnvelope) -> Bool { envelope.subject == subject }

    func handle(_ event: Received<Noted>, in transaction: PostgresTransaction) async throws {}
}

@Suite struct EventHandlersTests {
    private func delivery(_ database: PostgresDatabase, _ handlers: [any EventHandler]) -> EventDelivery {
        EventDelivery(
            database: database, handlers: EventHandlers(handlers),
            outbox: Outbox(service: .orders, signal: WakeSignal()),
            configuration: ConsumerConfiguration(retryDelay: .milliseconds(1)), logger: .silent,
            metrics: ConsumptionMetrics())
    }

    private func huge(_ subject: String) throws -> EventEnvelope {
        try EventEnvelope(Huge(bytes: 100), from: .catalog, subject: subject, sequence: 1, account: account)
    }

    @Test("Events of one type that follow each other are handed over together, each once")
    func together() async throws {
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let handler = BatchHandler()
            let first = try noted("a", 1)
            let events = [first, first, try noted("b", 1), try huge("c"), try noted("a", 2)]
            try await delivery(database, [handler, HugeHandler()]).deliver(events)
            #expect(handler.batches == [["a1", "b1"], ["a2"]])
            #expect(try await effects(database) == ["a": [1, 2], "b": [1]])
        }
    }

    @Test("Events that fail together are applied one by one, and have one effect each")
    func singly() async throws {
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let handler = BatchHandler(failsTogether: true)
            try await delivery(database, [handler]).deliver([try noted("a", 1), try noted("b", 1), try noted("a", 2)])
            #expect(handler.batches == [["a1", "b1", "a2"], ["a1"], ["b1"], ["a2"]])
            #expect(try await effects(database) == ["a": [1, 2], "b": [1]])
            #expect(try await ParkingStore.count(in: database) == 0)
        }
    }

    @Test("An event is read if a glance of one of its handlers tells that it is its business")
    func glance() throws {
        let handlers = EventHandlers([PickyHandler(subject: "a"), PickyHandler(subject: "b")])
        let events = try ["a", "b", "c"].map { try noted($0, 1) }
        #expect(events.map(handlers.handles) == [true, true, false])
        let other = try huge("c")
        #expect(EventHandlers([HugeHandler()]).handles(other) && !handlers.handles(other))
    }

    @Test("Each event of a batch is applied under its own trace")
    func traces() async throws {
        try await TestDatabase.with(migrations: testMigrations) { database, _ in
            let seen = Mutex<[String]>([])
            let handler = EffectHandler { _ in
                seen.withLock { $0.append(TraceContext.current?.traceID ?? "none") }
                return nil
            }
            let traces = [TraceContext.random(), TraceContext.random()]
            let events = try traces.map { trace in
                try TraceContext.$current.withValue(trace) { try noted("\(trace.traceID)", 1) }
            }
            try await delivery(database, [handler]).deliver(events)
            #expect(seen.withLock { $0 } == traces.map(\.traceID))
        }
    }
}
