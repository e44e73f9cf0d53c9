public import Edge
public import Kafka
public import Logging
public import Messaging
public import Postgres
public import Schema

/// What every service stands on. Making one connects to nothing.
public struct Platform: Sendable {
    /// The environment, parsed.
    public let configuration: CaravanConfiguration
    /// The service's own schema, and nothing else.
    public let database: PostgresDatabase
    /// Takes the service's events.
    public let outbox: Outbox
    /// Opens and seals personal data in events.
    public let keyring: DataKeyring
    /// The broker.
    public let kafka: KafkaConfiguration
    /// The backend of swift-metrics.
    public let metrics: PrometheusRegistry
    /// The service's log.
    public let logger: Logger
    /// API keys that are no longer accepted.
    public let revocations: RevocationList
    /// Wakes the relay when the outbox has something.
    let signal: WakeSignal

    /// The service that runs on it.
    public var service: ServiceName { configuration.service }

    /// Puts the platform together.
    public init(configuration: CaravanConfiguration, metrics: PrometheusRegistry, logger: Logger) {
        self.configuration = configuration
        self.metrics = metrics
        self.logger = logger
        database = PostgresDatabase(configuration: configuration.database)
        signal = WakeSignal()
        outbox = Outbox(service: configuration.service, signal: signal)
        keyring = configuration.keyring
        kafka = configuration.kafka
        revocations = RevocationList()
    }
}
