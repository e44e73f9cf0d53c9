import Edge
import Foundation
import Postgres
import Schema
import TestKit

/// How many signed webhooks a second reach a local receiver from a backlog: notifications is paused while orders are
/// placed and the other services deal with them, then reads the events, queues a delivery for each and sends them.
struct WebhookThroughput {
    let stack: BenchStack

    func measure() async throws -> [Figure] {
        let receiver = try await WebhookReceiver.start()
        try await stack.register(receiver, events: ["order.created"])
        try await stack.pausing([.notifications]) {
            _ = try await stack.wrk(
                port: stack.port(.orders), script: "order-create", connections: 32, seconds: 4,
                arguments: ["/v1/orders", stack.secrets.demoKey(.watchTraderHub), "webhooks"])
            // They would work off their backlog on the same cores; paused amid a transaction, they would hold back the
            // vacuum of the tables that are measured.
            try await waitForQuiet(of: ServiceName.allCases.filter { $0 != .notifications })
        }
        let placed = try await stack.withDatabase { database -> Int in
            try await database.query("SELECT count(*) AS n FROM orders.orders")[0]["n"]
        }
        // The last tenth shares the machine with retries and idle lanes; the rate is that of what came before.
        let wanted = placed * 9 / 10
        try await eventually(timeout: .seconds(120), "\(wanted) webhooks have arrived") {
            receiver.deliveries.count >= wanted
        }
        let arrivals = receiver.deliveries.prefix(wanted).map(\.receivedAt)
        await receiver.stop()
        guard let first = arrivals.first, let last = arrivals.last else { throw OperatorError("no webhook arrived") }
        let rate = Double(arrivals.count) / ((last - first) / .seconds(1))
        return [
            Figure(
                name: "webhook deliveries, signed, to a local receiver", value: rate, unit: "/s", bound: nil,
                mark: .atLeast(3000))
        ]
    }

    /// Until services have had nothing to read for a while: what one of them publishes, another has yet to see.
    private func waitForQuiet(of services: [ServiceName]) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        var lastLag = ContinuousClock.now
        while ContinuousClock.now - lastLag < .seconds(3) {
            guard ContinuousClock.now < deadline else { throw OperatorError("the services do not catch up") }
            for service in services {
                if await StatusTable.consumerLag(stack.port(service)) != 0 { lastLag = .now }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
