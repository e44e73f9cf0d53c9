import Foundation
import Kafka
import Messaging
import Postgres
import Schema
import Synchronization
import TestKit

/// How long webhooks of healthy endpoints take while a few of a thousand endpoints hang, beside when none does: from the
/// event on the bus until its receiver has it.
struct EndpointIsolation {
    let stack: BenchStack
    let seconds: Int

    private static let endpoints = 1000
    private static let hanging = 10
    /// Events a second; each goes to one endpoint, one after the other.
    private static let rate = 500
    private static let turns = 3

    /// Both loads take turns, and each figure is the median of its turns. Orders and the other services have no part in
    /// it, so they are paused.
    func measure() async throws -> [Figure] {
        let isHanging = Mutex(false)
        let healthy = try await WebhookReceiver.start()
        let others = try await WebhookReceiver.start { _ in
            // Longer than any sender waits.
            if isHanging.withLock({ $0 }) { try await Task.sleep(for: .seconds(3600)) }
            return .init(200)
        }
        let accounts = try await register(healthy, others)
        let producer = try KafkaProducer(configuration: stack.kafka, topics: [Topic.ordersEvents.name])
        let figure = try await stack.pausing(ServiceName.allCases.filter { $0 != .notifications }) {
            _ = try await load(producer, accounts, healthy)
            var turns: [(none: Double, some: Double)] = []
            for _ in 0..<Self.turns {
                isHanging.withLock { $0 = false }
                let none = try await load(producer, accounts, healthy)
                isHanging.withLock { $0 = true }
                turns.append((none: none, some: try await load(producer, accounts, healthy)))
            }
            return Figure(
                name: "webhook p99 of healthy endpoints, 10 of 1,000 hanging against none",
                value: turns.map(\.some).median, unit: "ms", bound: turns.map(\.none).median, mark: .atMost(1.3))
        }
        await producer.close(deadline: .seconds(2))
        await healthy.stop()
        await others.stop()
        return [figure]
    }

    /// Makes one endpoint by the API and copies it for as many accounts. Answers the accounts, those of endpoints that may
    /// hang first.
    private func register(_ healthy: WebhookReceiver, _ others: WebhookReceiver) async throws -> [AccountID] {
        try await stack.register(healthy, events: ["order.created"])
        return try await stack.withDatabase { database in
            try await database.query(
                """
                INSERT INTO notifications.webhook_endpoints
                SELECT (jsonb_populate_record(endpoint, jsonb_build_object(
                    'id', gen_random_uuid(), 'account_id', gen_random_uuid(), 'url',
                    CASE WHEN number <= \(Self.hanging) THEN \(others.url("/hooks"))::text
                        ELSE \(healthy.url("/hooks"))::text END))).*
                FROM notifications.webhook_endpoints endpoint, generate_series(1, \(Self.endpoints)) AS number
                WHERE endpoint.name = 'bench'
                RETURNING account_id, url
                """
            ).map { row in (try row["account_id", as: AccountID.self], try row["url", as: String.self]) }
                .sorted { ($0.1 == others.url("/hooks") ? 0 : 1) < ($1.1 == others.url("/hooks") ? 0 : 1) }
                .map(\.0)
        }
    }

    /// Publishes events for all endpoints in turn, and waits until the healthy ones have theirs. Answers the 99th
    /// percentile of their delays, in milliseconds.
    private func load(
        _ producer: KafkaProducer, _ accounts: [AccountID], _ healthy: WebhookReceiver
    ) async throws -> Double {
        let pace = Pace(perSecond: Self.rate)
        let earlier = healthy.deliveries.count
        var times: [String: ContinuousClock.Instant] = [:]
        for number in 0..<max(Self.rate * seconds, accounts.count) {
            try await pace.next()
            let isHealthy = number % accounts.count >= Self.hanging
            let event = try Self.event(of: accounts[number % accounts.count])
            if isHealthy { times[event.subject] = .now }
            try await producer.send(event.record)
        }
        try await eventually(timeout: .seconds(60), "the healthy endpoints have everything") {
            healthy.deliveries.count >= earlier + times.count
        }
        let delays = try healthy.deliveries.dropFirst(earlier).compactMap { delivery -> Double? in
            let order = try JSON.decode(JSONValue.self, from: delivery.body)["data"]?["object"]?["id"]?.string
            return order.flatMap { times[$0] }.map { (delivery.receivedAt - $0) / .milliseconds(1) }
        }.sorted()
        guard delays.count == times.count else { throw OperatorError("\(times.count - delays.count) got lost") }
        return delays[delays.count * 99 / 100]
    }

    private static func event(of account: AccountID) throws -> EventEnvelope {
        var order = OrderPlaced.example.order
        order.id = OrderID()
        order.checkout = nil
        // Sealed with a key that this stack does not have.
        order.buyer = nil
        return EventEnvelope(
            id: ID<EventID>().uuid, type: OrderPlaced.type, source: "/caravan/bench", subject: order.id.description,
            time: .now(), sequence: 1, account: account, traceparent: nil, topic: OrderPlaced.topic.name,
            payload: try JSON.encode(OrderPlaced(order: order)))
    }
}
