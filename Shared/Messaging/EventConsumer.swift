internal import FoundationEssentials
public import Kafka
public import Logging
public import Postgres
public import Schema
public import ServiceLifecycle

/// Reads the topics of a service's handlers as the consumer group `caravan.<service>` and has each event applied once.
///
/// Offsets are committed after the database: what is delivered again (after a crash, a rebalance, a replay) is found in
/// the inbox and dropped.
public final class EventConsumer: Service {
    private let kafka: KafkaConfiguration
    private let group: String
    private let handlers: EventHandlers
    private let configuration: ConsumerConfiguration
    private let logger: Logger
    private let delivery: EventDelivery
    private let metrics = ConsumptionMetrics()

    /// - Parameter outbox: Takes the ``EventParked`` reports.
    public init(
        service: ServiceName, database: PostgresDatabase, kafka: KafkaConfiguration, handlers: [any EventHandler],
        outbox: Outbox, configuration: ConsumerConfiguration = ConsumerConfiguration(), logger: Logger
    ) {
        self.kafka = kafka
        self.handlers = EventHandlers(handlers)
        self.configuration = configuration
        self.logger = logger
        group = "caravan.\(service.rawValue)"
        delivery = EventDelivery(
            database: database, handlers: self.handlers, outbox: outbox, configuration: configuration, logger: logger,
            metrics: metrics)
    }

    /// Runs until the service is asked to end; failures of Postgres or Kafka only make it wait.
    /// - Throws: `KafkaError` if a property of the configuration is unknown or wrong.
    public func run() async throws {
        guard !handlers.topics.isEmpty else { return try await gracefulShutdown() }
        let consumer = try KafkaConsumer(configuration: kafka, group: group, topics: handlers.topics)
        async let measuring: Void = repeatUntilShutdown(
            every: configuration.measurementInterval, logger: logger, "measure the consumer"
        ) { [self] in
            metrics.record(assignment: consumer.assignment, lag: consumer.lag)
            metrics.record(parkedEvents: try await ParkingStore.count(in: delivery.database))
        }
        var backoff = Backoff()
        while !isShuttingDown {
            do {
                let messages = try await consumer.nextBatch(
                    maximum: configuration.batchSize, wait: configuration.wait)
                try await delivery.deliver(messages.compactMap(event))
                try await consumer.commit(messages)
                backoff.reset()
            } catch {
                // Kafka's, or the end of the service: delivery does not give up. The consumer mends itself, and what was
                // not committed is found in the inbox if it comes again.
                if isShuttingDown { break }
                logger.warning("could not read from Kafka", metadata: ["error": "\(error)"])
                await pause(backoff.next())
            }
        }
        await measuring
        await consumer.close(deadline: .seconds(3))
    }

    /// The event in a message, nil if it is none of this service's.
    private func event(_ message: KafkaMessage) -> EventEnvelope? {
        do {
            let event = try EventEnvelope(message)
            if handlers.handles(event) { return event }
            metrics.count(event.type, .ignored)
        } catch {
            logger.error(
                "a message is no event",
                metadata: [
                    "topic": "\(message.topic)", "partition": "\(message.partition)", "offset": "\(message.offset)",
                    "error": "\(error)",
                ])
            metrics.count("", .malformed)
        }
        return nil
    }
}
