import Edge
import Foundation
import Postgres
import Schema
import TestKit

/// What a hundred thousand webhooks cost that cannot be delivered: memory while they are queued and tried, and the time to
/// queue them again once they have failed for good.
struct WebhookBacklog {
    let stack: BenchStack

    private static let deliveries = 100_000

    func measure() async throws -> [Figure] {
        // Holds whatever it gets, so that as much is under way as may be.
        let receiver = try await WebhookReceiver.start { _ in
            try await Task.sleep(for: .seconds(3600))
            return .init(200)
        }
        try await stack.register(receiver, events: ["order.created"])
        let (event, payload) = (OrderPlaced.self, try Self.payload())
        try await stack.withDatabase { database in
            try await database.execute(
                """
                WITH endpoint AS (SELECT id, account_id FROM notifications.webhook_endpoints WHERE name = 'bench'),
                event AS (
                    INSERT INTO notifications.webhook_event_log (position, id, account_id, type, subject, sequence, time,
                        payload)
                    SELECT nextval('notifications.webhook_event_positions'), gen_random_uuid(), account_id,
                        \(event.type)::text, 'ord_' || number, 1, now(), \(payload)::text
                    FROM endpoint, generate_series(1, \(Self.deliveries)) AS number
                    RETURNING id, recorded_at, subject
                )
                INSERT INTO notifications.webhook_deliveries (id, endpoint_id, event_id, recorded_at, type, subject,
                    sequence, due_at, created_at)
                SELECT gen_random_uuid(), endpoint.id, event.id, event.recorded_at, 'order.created', subject, 1, now(),
                    now()
                FROM event, endpoint
                """)
            try await BenchStack.vacuum(in: database)
        }
        let memory = try await peak(receiver)
        let seconds = try await requeue()
        await receiver.stop()
        return [
            Figure(
                name: "memory of notifications with 100,000 queued webhooks", value: memory, unit: "MiB", bound: nil,
                mark: .atMost(150)),
            Figure(
                name: "requeue of 100,000 failed webhooks, until queued", value: seconds, unit: "s", bound: nil,
                mark: .atMost(5)),
        ]
    }

    /// The most memory that notifications holds while it sends.
    private func peak(_ receiver: WebhookReceiver) async throws -> Double {
        try await eventually(timeout: .seconds(30), "deliveries are under way") { !receiver.deliveries.isEmpty }
        var peak = 0.0
        let pace = Pace(perSecond: 5)
        for _ in 0..<100 {
            try await pace.next()
            if let process = stack.process(.notifications), let now = IdleMemory.resident(process.pid) {
                peak = max(peak, now)
            }
        }
        return peak
    }

    /// Lets all of them fail for good, then has them queued again by the API. Answers how long that takes.
    private func requeue() async throws -> Double {
        let management = stack.client(.management)
        _ = try await management.send("POST", "/admin/v1/webhook-endpoints/bench/pause")
        let failed = try await stack.withDatabase { database in
            let failed = try await database.execute(
                """
                WITH delivery AS (DELETE FROM notifications.webhook_deliveries RETURNING *)
                INSERT INTO notifications.webhook_delivery_log (recorded_at, id, account_id, endpoint_id, event_id, type,
                    subject, sequence, status, attempts, due_at, created_at)
                SELECT delivery.recorded_at, delivery.id, endpoint.account_id, delivery.endpoint_id, delivery.event_id,
                    delivery.type, delivery.subject, delivery.sequence, 'failed', 1, delivery.due_at, delivery.created_at
                FROM delivery JOIN notifications.webhook_endpoints endpoint ON endpoint.id = delivery.endpoint_id
                """)
            try await BenchStack.vacuum(in: database)
            return failed
        }
        let start = ContinuousClock.now
        let reply = try await management.send("POST", "/admin/v1/webhook-endpoints/bench/requeue-failed")
        let duration = ContinuousClock.now - start
        guard failed >= Self.deliveries, try reply.json["requeued"]?.integer == Int64(failed) else {
            throw OperatorError("\(failed) failed deliveries were requeued with \(reply.text)")
        }
        return duration / .seconds(1)
    }

    private static func payload() throws -> String {
        var order = OrderPlaced.example.order
        order.checkout = nil
        // Sealed with a key that this stack does not have.
        order.buyer = nil
        return String(decoding: try JSON.encode(OrderPlaced(order: order)), as: UTF8.self)
    }
}
