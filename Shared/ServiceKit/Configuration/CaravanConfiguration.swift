public import Edge
import FoundationEssentials
public import Kafka
public import Logging
public import Postgres
public import Schema

/// What one service reads from its environment, parsed and checked; see ``ConfigurationTable`` for the rows.
public struct CaravanConfiguration: Sendable {
    /// The service that reads it.
    public let service: ServiceName
    /// The service's own role and schema.
    public var database: PostgresConfiguration
    /// The broker and its client properties.
    public var kafka: KafkaConfiguration
    /// The address to listen on.
    public var httpHost: String
    /// The port to listen on; 0 takes a free one.
    public var httpPort: Int
    /// Whose word counts on where a request comes from.
    public var trustedProxies: TrustedProxies
    /// The Ed25519 key that API keys are verified with: a JWK or its base64 `x`.
    public var publicKey: String
    /// The keys for personal data in events.
    public var keyring: DataKeyring
    /// The least level that is logged.
    public var logLevel: Logger.Level
    /// How long the relay waits when nothing wakes it.
    public var relayPollInterval: Duration
    /// How long published events stay in the journal.
    public var journalRetention: Duration
    /// Webhook delivery; defaults in every service but notifications.
    public var webhooks: WebhookConfiguration
    /// Mail and text messages; defaults in every service but notifications.
    public var messages: MessageConfiguration
    /// Charges and card keys; defaults in every service but payments.
    public var payments: PaymentConfiguration
    /// How the consent ledger is signed; without keys in every service but consent.
    public var ledger: LedgerConfiguration
    /// How long after its last payment an order of the checkout closes by itself; read by orders alone.
    public var orderClosingPause: Duration
    /// The waits before a declined renewal of a subscription is tried again; read by orders alone.
    public var subscriptionRetries: [Duration]
    /// What is known of mail domains and addresses beside the committed lists; read by orders alone.
    public var emailRules: [String: EmailRule]

    /// Reads and checks all that a service needs.
    ///
    /// - Parameters:
    ///   - service: The service that starts.
    ///   - environment: The variables; rows that the service does not read are ignored.
    /// - Throws: One ``ConfigurationError`` that names everything missing or wrong.
    public init(service: ServiceName, environment: [String: String]) throws(ConfigurationError) {
        let names = Set(ConfigurationTable.keys(of: service).map(\.name))
        var reader = ConfigurationReader(environment: environment.filter { names.contains($0.key) })

        self.service = service
        database = PostgresConfiguration(
            url: reader.value(.databaseURL, or: "", "a Postgres URL, postgresql://role:password@host/database") {
                text in
                text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") || text.contains("=") ? text : nil
            })
        database.applicationName = "caravan-\(service.rawValue)"
        database.maximumConnections = reader.integer(.databasePool, in: 2...200)
        // A request that waits longer for a connection is better refused; also, shutdown waits as long for a lease.
        database.leaseTimeout = .seconds(4)
        kafka = KafkaConfiguration(
            brokers: reader.value(.kafkaBrokers, or: "", "a list such as host:9092,host:9092") { text in
                text.split(separator: ",").allSatisfy { $0.contains(":") } ? text : nil
            })
        kafka.clientID = "caravan-\(service.rawValue)"
        kafka.properties = reader.properties(.kafkaProperties)
        httpHost = reader.text(.httpHost)
        httpPort = reader.integer(.httpPort, in: 0...65_535)
        trustedProxies = reader.value(
            .trustedProxies, or: TrustedProxies([]), "a list of addresses such as 10.0.0.0/8,2001:db8::7"
        ) { text in
            let ranges = text.split(separator: ",").map { AddressRange(String($0)) }
            return ranges.contains(nil) ? nil : TrustedProxies(ranges.compactMap { $0 })
        }
        publicKey = reader.value(.publicKey, or: "", "an Ed25519 public key, a JWK or its base64 x") { text in
            (try? APIKeyVerifier(publicKey: text, revocations: RevocationList())).map { _ in text }
        }
        let keyring = reader.value(.dataKeys, or: nil, "a keyring such as k1:base64 with keys of 32 bytes") { text in
            try? DataKeyring(text)
        }
        logLevel = reader.value(.logLevel, or: .info, "a log level such as info") { Logger.Level(rawValue: $0) }
        relayPollInterval = .milliseconds(reader.integer(.relayPoll, in: 1...60_000))
        journalRetention = .seconds(reader.integer(.journalRetention, in: 1...87_600) * 3600)
        webhooks = WebhookConfiguration(&reader)
        messages = MessageConfiguration(&reader)
        payments = PaymentConfiguration(&reader)
        ledger = LedgerConfiguration(&reader, isRead: names.contains(ConfigurationKey.ledgerKeys.name))
        orderClosingPause = .seconds(reader.integer(.orderClose, in: 1...10_080) * 60)
        subscriptionRetries = reader.durations(.subscriptionRetries)
        emailRules = reader.choices(.emailRules)

        guard reader.problems.isEmpty, let keyring else { throw ConfigurationError(problems: reader.problems) }
        self.keyring = keyring
    }

    /// Reads the environment of this process.
    public static func fromEnvironment(service: ServiceName) throws(ConfigurationError) -> CaravanConfiguration {
        try CaravanConfiguration(service: service, environment: ProcessInfo.processInfo.environment)
    }
}
