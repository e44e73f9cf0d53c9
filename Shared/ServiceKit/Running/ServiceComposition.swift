public import Edge
import Kafka
import Messaging
import Postgres
import Schema
public import ServiceLifecycle

/// A service put together with all that it needs to run, in the order in which it starts. It stops in reverse: first no
/// new requests, then what works in the background, then the producer, at last the database.
public struct ServiceComposition: Sendable {
    /// Everything that runs, the database first and the HTTP side last.
    public let services: [any Service]
    /// The HTTP side.
    public let edge: EdgeApplication
    /// What `GET /readyz` answers.
    public let health: Health

    /// Puts a service together. Nothing runs yet and nothing is connected.
    ///
    /// - Parameter ownsProcess: Whether the process may be ended when a shutdown takes too long.
    /// - Throws: What the service's initialiser throws; `KafkaError` when a property is wrong.
    init<S: CaravanService>(_ type: S.Type, platform: Platform, ownsProcess: Bool) throws {
        let configuration = platform.configuration
        let database = platform.database
        let logger = platform.logger
        let service = try S(platform: platform)
        let health = Health(database: database, migrations: S.allMigrations, logger: logger)
        // The relay must know which cluster it writes to: after a loss it begins again with the whole journal.
        let producer = try KafkaProducer(
            configuration: platform.kafka,
            topics: [Topic.events(of: platform.service).name, Topic.parked(of: platform.service).name],
            failsWithoutBrokers: true)
        let handlers = service.handlers + [APIKeyRevokedHandler(revocations: platform.revocations)]
        let management = ParkedEventRoutes(parked: ParkedEvents(database: database, handlers: handlers))

        self.health = health
        edge = EdgeApplication(
            routes: service.routes + management.routes,
            verifier: try APIKeyVerifier(publicKey: configuration.publicKey, revocations: platform.revocations),
            proxies: configuration.trustedProxies, host: configuration.httpHost, port: configuration.httpPort,
            health: EdgeHealth(
                problems: { health.problems },
                metrics: { [metrics = platform.metrics] in String(decoding: metrics.render(), as: UTF8.self) }),
            logger: logger)
        services =
            [
                DatabaseService(database: database),
                ProducerService(producer: producer),
                OutboxRelay(
                    service: S.name, database: database, producer: producer, signal: platform.signal,
                    configuration: RelayConfiguration(
                        pollInterval: configuration.relayPollInterval,
                        journalRetention: configuration.journalRetention),
                    logger: logger),
                EventConsumer(
                    service: S.name, database: database, kafka: platform.kafka, handlers: handlers,
                    outbox: platform.outbox, logger: logger),
                Retention(
                    database: database,
                    // An event may come again for as long as any service's journal keeps it: the setting is one for all.
                    configuration: RetentionConfiguration(
                        inbox: configuration.journalRetention + .seconds(8 * 24 * 3600)),
                    logger: logger),
                RevocationPoll(database: database, revocations: platform.revocations, logger: logger),
                health,
            ] + service.jobs + [edge, ShutdownWatch(health: health, ownsProcess: ownsProcess)]

        platform.metrics.collect { [maximum = configuration.database.maximumConnections] in
            PoolMetrics.samples(of: database.statistics, maximum: maximum)
                + PoolMetrics.samples(of: producer.statistics) + ProcessMetrics.samples()
        }
    }
}
