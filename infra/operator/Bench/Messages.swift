import Foundation
import Kafka
import Logging
import Messaging
import Postgres
import Schema
import TestKit

/// How fast a full outbox is published, and how fast a full topic is consumed, each by one process.
struct Messages {
    private static let count = 40_000

    func measure() async throws -> [Figure] {
        // Twelve partitions of 5 MiB hold these events, which a mock broker would otherwise drop.
        let broker = try await TestBroker.start()
        let figures = try await TestDatabase.with(migrations: MessagingMigrations.all, schema: "bench") { database, _ in
            try await database.execute(
                PostgresQuery(unsafeSQL: "CREATE TABLE effects (order_id uuid PRIMARY KEY, total bigint NOT NULL)"))
            try await fill(database)
            return [
                Figure(
                    name: "relay, outbox → acknowledged by the broker",
                    value: try await publish(database, broker.kafka), unit: "/s", bound: nil, mark: .atLeast(20_000)),
                Figure(
                    name: "consume with inbox, one service", value: try await consume(database, broker.kafka),
                    unit: "/s", bound: nil, mark: .atLeast(10_000)),
            ]
        }
        await broker.stop()
        return figures
    }

    /// Events of as many orders.
    private func fill(_ database: PostgresDatabase) async throws {
        var order = OrderPlaced.example.order
        // A dealer's order: twelve partitions of the mock broker hold so many of these, and no more.
        order.checkout = nil
        order.aftersales = nil
        order.metadata = nil
        let outbox = Outbox(service: .orders, signal: WakeSignal())
        for _ in 0..<(Self.count / 500) {
            try await database.withTransaction { transaction in
                for _ in 0..<500 {
                    order.id = OrderID()
                    try outbox.append(
                        OrderPlaced(order: order), subject: order.id.description, sequence: 1, account: AccountID(),
                        in: transaction)
                }
            }
        }
    }

    private func publish(_ database: PostgresDatabase, _ kafka: KafkaConfiguration) async throws -> Double {
        let producer = try KafkaProducer(configuration: kafka, topics: [Topic.ordersEvents.name])
        _ = try await producer.clusterID(timeout: .seconds(10))
        let relay = OutboxRelay(
            service: .orders, database: database, producer: producer, signal: WakeSignal(),
            logger: Logger(label: "bench"))
        let start = ContinuousClock.now
        let running = Task { try await relay.run() }
        try await eventually(timeout: .seconds(60), "the outbox is published") {
            try await database.query("SELECT position FROM relay_state")[0]["position", as: Int.self] >= Self.count
        }
        let duration = ContinuousClock.now - start
        running.cancel()
        _ = await running.result
        await producer.close(deadline: .seconds(2))
        return Double(Self.count) / (duration / .seconds(1))
    }

    private struct Effect: EventHandler {
        func handle(_ event: Received<OrderPlaced>, in transaction: Transaction) async throws {
            let order = event.payload.order
            transaction.send("INSERT INTO effects (order_id, total) VALUES (\(order.id), \(order.total))")
        }
    }

    private func consume(_ database: PostgresDatabase, _ kafka: KafkaConfiguration) async throws -> Double {
        let consumer = EventConsumer(
            service: .payments, database: database, kafka: kafka, handlers: [Effect()],
            outbox: Outbox(service: .payments, signal: WakeSignal()), logger: Logger(label: "bench"))
        let running = Task { try await consumer.run() }
        func applied() async throws -> Int { try await database.query("SELECT count(*) AS n FROM inbox")[0]["n"] }
        // Joining the group takes seconds and is no part of the rate.
        try await eventually(timeout: .seconds(60), "consumption begins") { try await applied() > 0 }
        let first = try await applied()
        let start = ContinuousClock.now
        try await eventually(timeout: .seconds(60), "the topic is consumed") { try await applied() >= Self.count }
        let duration = ContinuousClock.now - start
        running.cancel()
        _ = await running.result
        return Double(Self.count - first) / (duration / .seconds(1))
    }
}
