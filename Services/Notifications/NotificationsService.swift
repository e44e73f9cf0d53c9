public import Edge
public import Messaging
public import Postgres
public import Schema
public import ServiceKit
public import ServiceLifecycle

/// Tells the outside world what happened: webhooks to whoever subscribes, and what is known about keys and endpoints.
public struct NotificationsService: CaravanService {
    public static let name = ServiceName.notifications
    public static let migrations = [
        PostgresMigration(name: "0001_create_webhooks.sql", sql: PackageResources._001_create_webhooks_sql),
        PostgresMigration(name: "0002_create_api_keys.sql", sql: PackageResources._002_create_api_keys_sql),
        PostgresMigration(name: "0003_create_messages.sql", sql: PackageResources._003_create_messages_sql),
        PostgresMigration(
            name: "0004_extend_webhook_endpoints.sql", sql: PackageResources._004_extend_webhook_endpoints_sql),
        PostgresMigration(name: "0005_log_attempts.sql", sql: PackageResources._005_log_attempts_sql),
        PostgresMigration(name: "0006_sign_asymmetrically.sql", sql: PackageResources._006_sign_asymmetrically_sql),
        PostgresMigration(name: "0007_allow_addresses.sql", sql: PackageResources._007_allow_addresses_sql),
        PostgresMigration(
            name: "0008_partition_webhook_logs.sql", sql: PackageResources._008_partition_webhook_logs_sql),
        PostgresMigration(
            name: "0009_create_webhook_replays.sql", sql: PackageResources._009_create_webhook_replays_sql),
        PostgresMigration(
            name: "0010_rest_failing_endpoints.sql", sql: PackageResources._010_rest_failing_endpoints_sql),
        PostgresMigration(name: "0011_create_error_reports.sql", sql: PackageResources._011_create_error_reports_sql),
    ]

    public let routes: [Route]
    public let handlers: [any EventHandler]
    public let jobs: [any Service]

    public init(platform: Platform) throws {
        let configuration = platform.configuration
        self.init(
            platform: platform, settings: DeliverySettings(configuration.webhooks),
            messaging: try MessagingSettings(configuration.messages))
    }

    init(platform: Platform, settings: DeliverySettings, messaging: MessagingSettings) {
        let database = platform.database
        let endpoints = WebhookEndpointStore(database: database)
        let keys = WebhookKeyStore(database: database, keyring: platform.keyring)
        let signal = DispatchSignal()
        let deliveries = DeliveryStore(database: database, signal: signal)
        let partitions = LogPartitions(database: database, age: settings.retention)
        let events = EventLog(database: database)
        let replays = ReplayStore(database: database, signal: signal, requests: WakeSignal())
        let idempotency = Idempotency(database: database, keyring: platform.keyring)
        let messages = MessageStore(database: database, keyring: platform.keyring, signal: DispatchSignal())
        let messageSettings = MessageSettingsStore(database: database, keyring: platform.keyring)
        let reports = ErrorReportStore(database: database, keyring: platform.keyring)
        let reportLink = ReportLink(keyring: platform.keyring, publicURL: messaging.publicURL)
        let stops = StopRegister(database: database, keyring: platform.keyring, outbox: platform.outbox)

        routes =
            IntegrationRoutes(
                endpoints: endpoints, deliveries: deliveries, idempotency: idempotency
            ).routes
            + WebhookEndpointRoutes(
                registry: EndpointRegistry(
                    database: database, store: endpoints, keyring: platform.keyring, outbox: platform.outbox,
                    deliveries: deliveries, keys: keys),
                deliveries: deliveries, allowsPlainHTTP: settings.transport.allowsPrivateAddresses,
                publicURL: messaging.publicURL
            ).routes
            + WebhookKeyRoutes(keys: keys).routes
            + WebhookDeliveryRoutes(
                log: DeliveryLog(database: database), deliveries: deliveries, keyring: platform.keyring
            ).routes
            + EventRoutes(log: events, endpoints: endpoints, keyring: platform.keyring).routes
            + ReplayRoutes(
                replays: replays, log: events, endpoints: endpoints, idempotency: idempotency
            ).routes
            + APIKeyRoutes(
                store: APIKeyStore(database: database, outbox: platform.outbox), revocations: platform.revocations
            ).routes
            + MessageRoutes(
                messages: messages, log: MessageLog(database: database), idempotency: idempotency,
                hasTransport: messaging.hasTransport, settings: messageSettings
            ).routes
            + MessageSettingsRoutes(
                store: messageSettings, idempotency: idempotency, publicURL: messaging.publicURL
            ).routes
            + SMSWebhookRoutes(
                settings: messageSettings, messages: messages, stops: stops, publicURL: messaging.publicURL
            ).routes
            + ErrorReportRoutes(
                store: reports, idempotency: idempotency, link: reportLink, sendsMail: messaging.sendsMail
            ).routes

        handlers =
            webhookFanOuts(store: deliveries, partitions: partitions)
            + consentHandlers(ConsentProjection(keyring: platform.keyring))
            + (messaging.sendsMail ? orderMailHandlers(OrderMail(messages: messages, keyring: platform.keyring)) : [])

        let ledger = OutcomeLedger(
            database: database, deliveries: deliveries, endpoints: endpoints, outbox: platform.outbox,
            signal: signal, patience: settings.patience, logger: platform.logger)
        jobs = [
            WebhookDispatcher(
                store: deliveries, ledger: ledger, keyring: platform.keyring, settings: settings, signal: signal,
                logger: platform.logger),
            LogRetention(deliveries: deliveries, partitions: partitions, logger: platform.logger),
            ReplayRunner(store: replays, logger: platform.logger),
            MessageSender(
                store: messages, desk: ConsentDesk(database: database, keyring: platform.keyring),
                settings: messageSettings,
                outcomes: MessageOutcomes(database: database, store: messages, stops: stops),
                transports: { try messaging.transports(settings.transport) }, pace: messaging.pace,
                logger: platform.logger),
            MessageRetention(store: messages, age: messaging.pace.retention, logger: platform.logger),
            ErrorReporter(
                reporting: ErrorReporting(
                    database: database, keyring: platform.keyring, messages: messages, link: reportLink),
                logger: platform.logger),
        ]
    }
}
