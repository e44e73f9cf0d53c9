import Logging
import Messaging
import Postgres
import Schema
import Testing

@testable import Notifications

/// What the queue holds, and what a claim finds in it.
@Suite struct DeliveryStoreTests {
    private static let nowhere = "http://127.0.0.1:1/"

    /// A receiver has failed for a while: its heads wait, and all that is behind them must not be looked at by claims.
    @Test func `messages behind a postponed one are not due, until it is done`() async throws {
        try await Engine.with { engine in
            try await engine.endpoint("dead", Self.nowhere)
            let subjects = (0..<40).map { "s\($0)" }
            for subject in subjects { try await engine.record(subject: subject) }
            try await block(engine, behind: subjects.count, with: 500)
            let heads = try await claim(engine)
            #expect(heads.count == subjects.count)
            try await settle(heads, .failed(retryAfter: nil), engine)
            #expect(try await due(engine) == 0)

            try await engine.record(subject: subjects[0], from: 1000)
            #expect(try await due(engine) == 0)

            let settled = try await settle([heads[0]], .delivered, engine)
            let wakes = try engine.deliveries.hasReady(settled)
            #expect(wakes)
            #expect(try await due(engine) == 1)
            let next = try await claim(engine)
            #expect(next.map(\.message.event.subject) == [heads[0].message.event.subject])
        }
    }

    @Test func `a delivery without a successor wakes nobody`() async throws {
        try await Engine.with { engine in
            try await engine.endpoint("shop", Self.nowhere)
            try await engine.record(2, subject: "two")
            let first = try await settle(claim(engine), .delivered, engine)
            let wakesForSecond = try engine.deliveries.hasReady(first)
            #expect(wakesForSecond)
            let second = try await settle(claim(engine), .delivered, engine)
            let wakesAgain = try engine.deliveries.hasReady(second)
            #expect(!wakesAgain)
        }
    }

    /// Settling holds one row and wants the next: a renewal that did the same in another order would be a deadlock.
    @Test func `a renewal of leases waits for no outcome`() async throws {
        try await Engine.with { engine in
            try await engine.endpoint("shop", Self.nowhere)
            try await engine.record(subject: "one")
            let held = try await claim(engine).map(\.id)
            try await engine.database.withTransaction { transaction in
                try await transaction.execute("SELECT FROM webhook_deliveries FOR UPDATE")
                try await engine.deliveries.renew(held, lease: .seconds(10))
            }
        }
    }

    @Test func `who has nothing under way comes before who has waited longer`() async throws {
        try await Engine.with { engine in
            let busy = try await engine.endpoint("busy", Self.nowhere)
            try await engine.record(subject: "one")
            try await engine.endpoint("idle", Self.nowhere)
            try await engine.record(subject: "two")
            let lanes = [busy.id: DispatchBoard.Openings.Lane(width: 4, isBusy: true)]
            let claimed = try await engine.deliveries.claim(
                .init(lanes: lanes, standard: 4, total: 1), lease: .seconds(10))
            #expect(claimed.map(\.endpoint.name) == ["idle"])
        }
    }

    @Test func `an event that nobody wants is not kept`() async throws {
        try await Engine.with { engine in
            try await engine.record(3, subject: "one")
            #expect(try await count("webhook_events", engine) == 0)
        }
    }

    @Test func `a success ends a series of failures, and is noted once a second`() async throws {
        try await Engine.with { engine in
            try await engine.endpoint("shop", Self.nowhere)
            try await engine.database.execute(
                "UPDATE webhook_endpoints SET consecutive_failures = 3, failing_since = now()")
            try await engine.record(subject: "one")
            try await engine.record(subject: "two")
            let claimed = try await claim(engine)
            try await settle([claimed[0]], .delivered, engine)
            let health = try #require(try await engine.endpoint("shop")?.health)
            #expect(health.consecutiveFailures == 0)
            #expect(health.failingSince == nil)
            try await settle([claimed[1]], .delivered, engine)
            #expect(try await engine.endpoint("shop")?.health == health)
        }
    }

    @Test func `old deliveries go, and their events; what is held stays`() async throws {
        try await Engine.with { engine in
            try await engine.endpoint("shop", Self.nowhere)
            try await engine.record(subject: "done")
            try await settle(claim(engine), .delivered, engine)
            try await engine.record(subject: "held")
            let retention = DeliveryRetention(
                store: DeliveryArchive(database: engine.database), age: .seconds(3600), logger: .init(label: "test"))
            try await retention.removeOld()
            #expect(try await engine.deliveries(of: "shop").count == 2)
            #expect(try await count("webhook_events", engine) == 2)

            let later = DeliveryRetention(
                store: DeliveryArchive(database: engine.database), age: .seconds(-60), logger: .init(label: "test"))
            try await later.removeOld()
            #expect(try await engine.deliveries(of: "shop").map(\.subject) == ["held"])
            #expect(try await count("webhook_events", engine) == 1)
        }
    }

    @Test func `what was for a deleted endpoint is removed`() async throws {
        try await Engine.with { engine in
            try await engine.endpoint("gone", Self.nowhere)
            try await engine.endpoint("shop", Self.nowhere)
            try await engine.record(subject: "one")
            #expect(try await engine.registry.store.delete("gone", of: engine.account))
            #expect(try await count("webhook_deliveries", engine) == 2)
            try await DeliveryRetention(
                store: DeliveryArchive(database: engine.database), age: .seconds(3600), logger: .init(label: "test")
            ).removeOld()
            #expect(try await count("webhook_deliveries", engine) == 1)
            #expect(try await engine.deliveries(of: "shop").count == 1)
        }
    }

    /// Adds messages behind each subject's first.
    private func block(_ engine: Engine, behind heads: Int, with count: Int) async throws {
        let added = try await engine.database.execute(
            """
            INSERT INTO webhook_deliveries (id, endpoint_id, event_id, type, subject, sequence, due_at, created_at)
            SELECT gen_random_uuid(), endpoint_id, event_id, type, subject, number, now(), now()
            FROM webhook_deliveries, generate_series(2, \(count + 1)) AS number
            """)
        #expect(added == heads * count)
    }

    private func claim(_ engine: Engine) async throws -> [ClaimedDelivery] {
        try await engine.deliveries.claim(.init(standard: 1000, total: 1000), lease: .seconds(10))
    }

    @discardableResult
    private func settle(
        _ claimed: [ClaimedDelivery], _ verdict: DeliveryOutcome.Verdict, _ engine: Engine
    ) async throws -> PostgresRows {
        let schedule = RetrySchedule([.seconds(3600)])
        var outcome = DeliveryOutcome(error: "no connection")
        outcome.verdict = verdict
        let now = Timestamp.now()
        let attempts = claimed.map { claimed in
            SettledAttempt(
                delivery: claimed.id, endpoint: claimed.endpoint.id, configuredAt: claimed.endpoint.configuredAt,
                outcome: outcome,
                settlement: Settlement(
                    outcome, attempts: claimed.attempts + 1, schedule: schedule, at: now, jitter: 0), at: now)
        }
        let healthy = verdict == .delivered ? Set(claimed.map(\.endpoint.id)) : []
        return try await engine.database.query(engine.deliveries.settling(attempts, healthy: Array(healthy)))
    }

    /// How many rows a claim would look at.
    private func due(_ engine: Engine) async throws -> Int {
        let rows = try await engine.database.query(
            """
            SELECT count(*) AS n FROM webhook_deliveries
            WHERE status = 'pending' AND due_at <= now() AND leased_until IS NULL
            """)
        return try #require(try rows.first?["n", as: Int.self])
    }

    private func count(_ table: StaticString, _ engine: Engine) async throws -> Int {
        let rows = try await engine.database.query("SELECT count(*) AS n FROM \(constant: table)")
        return try #require(try rows.first?["n", as: Int.self])
    }
}
