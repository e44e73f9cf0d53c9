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
    ]

    public let routes: [Route]
    public let handlers: [any EventHandler]
    public let jobs: [any Service]

    public init(platform: Platform) throws {
        self.init(platform: platform, settings: DeliverySettings(platform.configuration.webhooks))
    }

    init(platform: Platform, settings: DeliverySettings) {
        let database = platform.database
        let endpoints = WebhookEndpointStore(database: database)
        let signal = DispatchSignal()
        let deliveries = DeliveryStore(database: database, signal: signal)
        let idempotency = Idempotency(database: database, keyring: platform.keyring)

        routes =
            IntegrationRoutes(
                endpoints: endpoints, deliveries: deliveries, idempotency: idempotency
            ).routes
            + WebhookEndpointRoutes(
                registry: EndpointRegistry(
                    database: database, store: endpoints, keyring: platform.keyring, outbox: platform.outbox,
                    deliveries: deliveries),
                deliveries: deliveries, allowsPlainHTTP: settings.transport.allowsPrivateAddresses
            ).routes
            + WebhookDeliveryRoutes(log: DeliveryLog(database: database), deliveries: deliveries).routes
            + APIKeyRoutes(
                store: APIKeyStore(database: database, outbox: platform.outbox), revocations: platform.revocations
            ).routes

        handlers = webhookFanOuts(store: deliveries)

        let ledger = OutcomeLedger(
            database: database, deliveries: deliveries, endpoints: endpoints, outbox: platform.outbox,
            signal: signal, patience: settings.patience, logger: platform.logger)
        jobs = [
            WebhookDispatcher(
                store: deliveries, ledger: ledger, keyring: platform.keyring, settings: settings, signal: signal,
                logger: platform.logger),
            DeliveryRetention(
                store: DeliveryArchive(database: database), age: settings.retention, logger: platform.logger),
        ]
    }
}
