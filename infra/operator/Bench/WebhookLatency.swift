import Edge
import Foundation
import Schema
import TestKit

/// From sending an order until its webhook is received, at 100 orders a second.
struct WebhookLatency {
    let stack: BenchStack
    let seconds: Int

    private static let rate = 100

    func measure() async throws -> [Figure] {
        let receiver = try await WebhookReceiver.start()
        try await stack.register(receiver, events: ["order.created"])
        let dealer = stack.client(.watchTraderHub)
        try await warmUp(dealer, receiver)
        let earlier = receiver.deliveries.count
        let pace = Pace(perSecond: Self.rate)
        let count = Self.rate * seconds
        var times: [String: ContinuousClock.Instant] = [:]
        try await withThrowingTaskGroup(of: (String, ContinuousClock.Instant).self) { group in
            for number in 0..<count {
                try await pace.next()
                group.addTask {
                    let name = "latency-\(number)"
                    let start = ContinuousClock.now
                    let reply = try await dealer.send(
                        "POST", "/api/v1/orders", body: BenchStack.order(name), headers: ["Idempotency-Key": name])
                    guard reply.status == 201 else { throw OperatorError("an order was answered \(reply.text)") }
                    return (name, start)
                }
            }
            for try await (name, start) in group { times[name] = start }
        }
        try await eventually(timeout: .seconds(60), "all webhooks have arrived") {
            receiver.deliveries.count >= earlier + count
        }
        let delays = try receiver.deliveries.compactMap { delivery -> Double? in
            let body = try JSON.decode(JSONValue.self, from: delivery.body)
            let name = body["data"]?["object"]?["channel_order_id"]?.string
            guard let name, let start = times[name] else { return nil }
            return (delivery.receivedAt - start) / .milliseconds(1)
        }.sorted()
        await receiver.stop()
        return [
            Figure(
                name: "order create → webhook received at 100/s, p50", value: delays[delays.count / 2], unit: "ms",
                bound: nil, mark: .atMost(10)),
            Figure(
                name: "order create → webhook received at 100/s, p99", value: delays[delays.count * 99 / 100],
                unit: "ms", bound: nil, mark: .atMost(50)),
        ]
    }

    /// Until the consumers have joined their groups, and connections and statements are there.
    private func warmUp(_ dealer: APIClient, _ receiver: WebhookReceiver) async throws {
        for number in 0..<Self.rate {
            let name = "warm-up-\(number)"
            _ = try await dealer.send(
                "POST", "/api/v1/orders", body: BenchStack.order(name), headers: ["Idempotency-Key": name])
        }
        try await eventually(timeout: .seconds(60), "the stack is warm") { receiver.deliveries.count >= Self.rate }
    }
}

extension BenchStack {
    /// Registers a receiver for the demo account's events.
    func register(_ receiver: WebhookReceiver, events: [JSONValue]) async throws {
        let reply = try await client(.management).send(
            "PUT", "/admin/v1/webhook-endpoints/bench",
            body: ["url": .string(receiver.url("/hooks")), "style": "watchtraderhub", "events": .array(events)])
        guard reply.status < 300 else { throw OperatorError("the endpoint was answered \(reply.text)") }
    }

    /// An order as a dealer's site reports it.
    static func order(_ name: String) -> JSONValue {
        [
            "channel_order_id": .string(name), "currency": "EUR", "total_amount": "250.00",
            "buyer": ["name": "A Buyer", "email": "buyer@example.com", "city": "Paris", "country": "FR"],
            "line_items": [
                ["external_id": "bench-listing", "sku": "SKU-1", "quantity": 2, "unit_amount": "125.00"]
            ],
        ]
    }
}
