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
            let ready = try engine.deliveries.ready(settled)
            #expect(ready == [heads[0].endpoint.id])
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
            let readyForSecond = try engine.deliveries.ready(first)
            #expect(readyForSecond.count == 1)
            let second = try await settle(claim(engine), .delivered, engine)
            let readyAgain = try engine.deliveries.ready(second)
            #expect(readyAgain == [])
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

    @Test func `a claim takes from those who are asked, in their order`() async throws {
        try await Engine.with { engine in
            let first = try await engine.endpoint("first", Self.nowhere)
            let second = try await engine.endpoint("second", Self.nowhere)
            try await engine.endpoint("other", Self.nowhere)
            for number in 0..<5 { try await engine.record(subject: "s\(number)") }
            let openings = DispatchBoard.Openings(
                lanes: [.init(endpoint: second.id, width: 2), .init(endpoint: first.id, width: 4)], total: 3)
            let claimed = try await engine.deliveries.claim(openings, lease: .seconds(10))
            #expect(claimed.map(\.endpoint.name).sorted() == ["first", "second", "second"])
        }
    }

    @Test func `whoever something is due for is told with the event, and found without it`() async throws {
        try await Engine.with { engine in
            let shop = try await engine.endpoint("shop", Self.nowhere)
            let held = try await engine.endpoint("held", Self.nowhere)
            _ = try await engine.registry.pause("held", of: engine.account)
            #expect(try await engine.deliveries.endpointsWithDueDeliveries() == [])
            _ = engine.signal.takeExpected()
            try await engine.record(2, subject: "one")
            #expect(engine.signal.takeExpected() == [shop.id, held.id])
            #expect(try await engine.deliveries.endpointsWithDueDeliveries() == [shop.id])
            try await settle(claim(engine), .failed(retryAfter: nil), engine)
            #expect(try await engine.deliveries.endpointsWithDueDeliveries() == [])
        }
    }

    @Test func `an endpoint that rests gets nothing, and then one message; requeueing ends its rest`() async throws {
        try await Engine.with { engine in
            let endpoint = try await engine.endpoint("shop", Self.nowhere)
            for number in 0..<10 { try await engine.record(subject: "s\(number)") }
            try await settle(claim(engine, width: 1), .failed(retryAfter: nil), engine, retrying: RetrySchedule([]))
            try await settle(claim(engine, width: 5), .failed(retryAfter: nil), engine)
            try await engine.database.execute(
                "UPDATE webhook_endpoints SET circuit_open_until = now() + interval '1 hour'")
            #expect(try await claim(engine).isEmpty)
            #expect(try await engine.deliveries.endpointsWithDueDeliveries() == [])

            #expect(try await engine.deliveries.requeueFailed(of: endpoint.id) == 1)
            #expect(try await engine.deliveries.endpointsWithDueDeliveries() == [endpoint.id])
            let probe = try await claim(engine)
            #expect(probe.count == 1)
            try await engine.database.execute("UPDATE webhook_endpoints SET consecutive_failures = 10")
            try await settle(probe, .delivered, engine)
            #expect(try await engine.endpoint("shop")?.health.circuitOpenUntil == nil)
            #expect(try await claim(engine).count == 4)
        }
    }

    @Test func `an event that nobody wants is kept all the same`() async throws {
        try await Engine.with { engine in
            try await engine.record(3, subject: "one")
            #expect(try await count("webhook_event_log", engine) == 3)
        }
    }

    @Test func `what is done moves to the log, and its id tells when it was made`() async throws {
        try await Engine.with { engine in
            try await engine.endpoint("shop", Self.nowhere)
            for subject in ["one", "two"] { try await engine.record(subject: subject) }
            let claimed = try await claim(engine)
            try await settle([claimed[0]], .delivered, engine)
            #expect(try await count("webhook_deliveries", engine) == 1)
            #expect(try await count("webhook_delivery_log", engine) == 1)
            // A second outcome of the same delivery, after a lease ran out, finds nothing to settle.
            try await settle([claimed[0]], .delivered, engine)
            #expect(try await count("webhook_delivery_log", engine) == 1)
            for delivery in try await engine.deliveries(of: "shop") {
                #expect(delivery.createdAt.microseconds / 1000 == delivery.id.time.microseconds / 1000)
            }
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

    @Test func `what was for a deleted endpoint is removed`() async throws {
        try await Engine.with { engine in
            try await engine.endpoint("gone", Self.nowhere)
            try await engine.endpoint("shop", Self.nowhere)
            try await engine.record(subject: "one")
            #expect(try await engine.registry.store.delete("gone", of: engine.account))
            #expect(try await count("webhook_deliveries", engine) == 2)
            while try await engine.deliveries.removeOrphans() {}
            #expect(try await count("webhook_deliveries", engine) == 1)
            #expect(try await engine.deliveries(of: "shop").count == 1)
        }
    }

    /// Adds messages behind each subject's first.
    private func block(_ engine: Engine, behind heads: Int, with count: Int) async throws {
        let added = try await engine.database.execute(
            """
            INSERT INTO webhook_deliveries (id, endpoint_id, event_id, recorded_at, type, subject, sequence, due_at,
                created_at)
            SELECT gen_random_uuid(), endpoint_id, event_id, recorded_at, type, subject, number, now(), now()
            FROM webhook_deliveries, generate_series(2, \(count + 1)) AS number
            """)
        #expect(added == heads * count)
    }

    private func claim(_ engine: Engine, width: Int = 1000) async throws -> [ClaimedDelivery] {
        try await engine.claim(width: width)
    }

    @discardableResult
    private func settle(
        _ claimed: [ClaimedDelivery], _ verdict: DeliveryOutcome.Verdict, _ engine: Engine,
        retrying schedule: RetrySchedule = RetrySchedule([.seconds(3600)])
    ) async throws -> PostgresRows {
        var outcome = DeliveryOutcome(error: "no connection")
        outcome.verdict = verdict
        let now = Timestamp.now()
        let attempts = claimed.map { claimed in
            SettledAttempt(
                delivery: claimed.id, endpoint: claimed.endpoint.id, configuredAt: claimed.endpoint.configuredAt,
                duration: .zero, outcome: outcome,
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
