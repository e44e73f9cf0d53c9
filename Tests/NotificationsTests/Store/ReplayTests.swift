import Logging
import Messaging
import Postgres
import Schema
import ServiceLifecycle
import TestKit
import Testing

@testable import Notifications

/// Events that are sent once more.
@Suite struct ReplayTests {
    private static let nowhere = "http://127.0.0.1:1/"

    @Test func `a receiver that comes later gets what was before, in order by resource`() async throws {
        try await Engine.with { engine in
            for round in 1...3 {
                for subject in ["a", "b"] { try await engine.record(subject: subject, from: Int64(round)) }
            }
            let receiver = try await WebhookReceiver.start()
            try await engine.endpoint("late", receiver.url("/hook"))
            let replay = try await engine.replay(to: "late", .init(since: .now() - .seconds(3600)))
            try await engine.dispatching { signal in
                try await engine.make()
                signal.wake()
                try await eventually("all six arrive") { receiver.deliveries.count == 6 }
            }
            for subject in ["a", "b"] {
                let sequences = receiver.deliveries.compactMap(\.content).filter { $0.subject == subject }
                #expect(sequences.map(\.sequence) == [1, 2, 3])
            }
            let done = try #require(try await engine.replays.replay(replay.id, of: engine.account))
            #expect(done.status == .completed && done.queued == 6 && done.finishedAt != nil)
            await receiver.stop()
        }
    }

    @Test func `takes what matches everything that was said, and nothing of other accounts`() async throws {
        try await Engine.with { engine in
            try await engine.record(2, subject: "a")
            try await engine.record(2, subject: "b")
            try await engine.database.execute(
                "UPDATE webhook_event_log SET recorded_at = recorded_at - interval '1 hour' WHERE sequence = 1")
            try await engine.database.execute(
                """
                INSERT INTO webhook_event_log (id, account_id, type, subject, sequence, time, payload)
                SELECT gen_random_uuid(), gen_random_uuid(), type, subject, sequence, time, payload FROM webhook_event_log
                """)
            try await engine.endpoint("shop", Self.nowhere)
            let events = try await EventLog(database: engine.database)
                .page(of: engine.account, .init(), after: nil, limit: 10).events
            #expect(events.count == 4)
            let hourAgo = Timestamp.now() - .seconds(1800)
            #expect(try await engine.replayed(.init(until: hourAgo)) == ["a1", "b1"])
            #expect(try await engine.replayed(.init(subject: "a")) == ["a1", "a2"])
            #expect(try await engine.replayed(.init(subject: "a", since: hourAgo)) == ["a2"])
            let last = try #require(events.first { $0.event.subject == "b" && $0.event.sequence == 2 })
            #expect(try await engine.replayed(.init(), events: [last.event.id]) == ["b2"])
        }
    }

    @Test func `an endpoint gets what it subscribes to, once`() async throws {
        try await Engine.with { engine in
            try await engine.record(2, subject: "a")
            _ = try await engine.registry.configure(
                "orders", of: engine.account,
                EndpointSettings(
                    url: Self.nowhere, style: WatchTraderHubStyle.name, events: ["order.*"], retry: RetrySettings()),
                headers: [:], isEnabled: true)
            _ = try await engine.replay(to: "orders", .init(subject: "a"))
            try await engine.endpoint("shop", Self.nowhere)
            for _ in 0..<2 { _ = try await engine.replay(to: "shop", .init(subject: "a")) }
            try await engine.make()
            #expect(try await engine.deliveries(of: "orders").isEmpty)
            // The second replay found its messages waiting.
            #expect(try await engine.deliveries(of: "shop").map(\.sequence).sorted() == [1, 2])
        }
    }

    @Test func `a long stretch waits for its receiver, and ends where it began to be asked for`() async throws {
        try await Engine.with { engine in
            try await engine.record(2600, subject: "a")
            try await engine.endpoint("shop", Self.nowhere)
            let replay = try await engine.replay(to: "shop", .init(subject: "a"))
            try await engine.record(subject: "a", from: 2601)
            try await engine.database.execute("DELETE FROM webhook_deliveries")
            try await engine.make()
            let waiting = try await engine.waiting()
            #expect((2000..<2600).contains(waiting))
            #expect(try await engine.replays.replay(replay.id, of: engine.account)?.status == .running)
            // Only the first of a subject is due; claims need not look at the others.
            let due = try await engine.database.query(
                "SELECT count(*) AS n FROM webhook_deliveries WHERE due_at <= now()")
            let count: Int = try #require(due.first)["n"]
            #expect(count <= 6)

            try await engine.database.execute("DELETE FROM webhook_deliveries")
            try await engine.make()
            let done = try #require(try await engine.replays.replay(replay.id, of: engine.account))
            #expect(done.status == .completed && done.queued == 2600)
            #expect(try await engine.waiting() == 2600 - waiting)
        }
    }

    @Test func `replicas share replays and make nothing twice`() async throws {
        try await Engine.with { engine in
            try await engine.record(1800, subject: "a")
            for name in ["one", "two"] {
                try await engine.endpoint(name, Self.nowhere)
                _ = try await engine.replay(to: name, .init(subject: "a"))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await engine.make() } }
                try await group.waitForAll()
            }
            try await engine.make()
            #expect(try await engine.waiting() == 3600)
            let doubles = try await engine.database.query(
                "SELECT FROM webhook_deliveries GROUP BY endpoint_id, event_id HAVING count(*) > 1")
            #expect(doubles.count == 0)
        }
    }

    @Test func `a replay ends with its endpoint, or when it is cancelled`() async throws {
        try await Engine.with { engine in
            try await engine.record(10, subject: "a")
            try await engine.endpoint("gone", Self.nowhere)
            _ = try await engine.replay(to: "gone", .init(subject: "a"))
            _ = try await engine.registry.store.delete("gone", of: engine.account)
            try await engine.endpoint("shop", Self.nowhere)
            let cancelled = try await engine.replay(to: "shop", .init(subject: "a"))
            try await engine.replays.cancel(cancelled.id, of: engine.account)
            try await engine.make()
            #expect(try await engine.waiting() == 0)
            #expect(try await engine.replays.replay(cancelled.id, of: engine.account)?.status == .cancelled)
            let running = try await engine.database.query("SELECT FROM webhook_replays WHERE status = 'running'")
            #expect(running.count == 0)
        }
    }

    @Test func `the runner begins with a request, not with the next poll`() async throws {
        try await Engine.with { engine in
            try await engine.record(subject: "a")
            try await engine.endpoint("shop", Self.nowhere)
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let group = ServiceGroup(
                services: [ReplayRunner(store: engine.replays, logger: logger)], logger: logger)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                _ = try await engine.replay(to: "shop", .init(subject: "a"))
                try await eventually("the delivery is made") { try await engine.waiting() == 1 }
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }
}

extension Engine {
    fileprivate func replay(
        to name: String, _ filter: EventLog.Filter, events: [WebhookEventID]? = nil
    ) async throws -> WebhookReplay {
        let endpoint = try #require(try await endpoint(name))
        return try await database.withTransaction { transaction in
            try await replays.begin(WebhookReplayID(), to: endpoint, filter, events: events, in: transaction)
        }
    }

    /// Makes the deliveries of all replays, as far as their endpoints take them.
    fileprivate func make() async throws {
        while try await replays.advance() {}
    }

    /// What a replay to the endpoint `shop` makes, by subject and sequence; its queue is empty afterwards.
    fileprivate func replayed(_ filter: EventLog.Filter, events: [WebhookEventID]? = nil) async throws -> [String] {
        _ = try await replay(to: "shop", filter, events: events)
        try await make()
        // What is made in one instant has no order in the log.
        let made = try await deliveries(of: "shop").map { "\($0.subject)\($0.sequence)" }.sorted()
        try await database.execute("DELETE FROM webhook_deliveries")
        return made
    }

    fileprivate func waiting() async throws -> Int {
        try await database.query("SELECT count(*) AS n FROM webhook_deliveries").first?["n"] ?? 0
    }
}
