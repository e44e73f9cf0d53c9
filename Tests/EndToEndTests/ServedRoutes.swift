import Catalog
import Consent
import Edge
import Logging
import Notifications
import Orders
import Payments
import Schema
import ServiceKit

/// The routes that the services serve, without starting one.
enum ServedRoutes {
    static func all() throws -> [Route] {
        try routes(CatalogService.self) + routes(OrdersService.self) + routes(ConsentService.self)
            + routes(PaymentsService.self) + routes(NotificationsService.self)
    }

    private static func routes<S: CaravanService>(_ service: S.Type) throws -> [Route] {
        let environment = [
            "CARAVAN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
            "CARAVAN_KAFKA_BROKERS": "127.0.0.1:1",
            "CARAVAN_KEY_PUBLIC": try APIKeySigner(privateKey: APIKeySigner.generatePrivateKey()).publicKey,
            "CARAVAN_DATA_KEYS": "k1:\(DataKeyring.generateKey())",
            "CARAVAN_LEDGER_KEYS": DataKeyring.generateKey(),
        ]
        let platform = Platform(
            configuration: try CaravanConfiguration(service: S.name, environment: environment),
            metrics: PrometheusRegistry(), logger: Logger(label: "test"))
        return try S(platform: platform).routes
    }
}
