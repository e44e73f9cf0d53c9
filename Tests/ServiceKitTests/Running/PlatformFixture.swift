import Edge
import Kafka
import Logging
import Messaging
import Postgres
import Schema
import ServiceLifecycle
import Synchronization
import TestKit

@testable import ServiceKit

/// A service with nothing of its own but a handler that fails on demand.
struct ProbeService: CaravanService {
    static let name = ServiceName.orders
    static let migrations: [PostgresMigration] = []

    let routes: [Route] = []
    let handlers: [any EventHandler]
    let jobs: [any Service] = []

    init(platform: Platform) throws {
        handlers = [PickyHandler()]
    }
}

/// Refuses every key until told otherwise.
struct PickyHandler: EventHandler {
    struct Refusal: Error {}
    /// Keys that are welcome by now.
    static let accepted = Mutex<Set<ID<APIKey>>>([])

    func handle(_ event: Received<APIKeyRegistered>, in transaction: PostgresTransaction) async throws {
        guard Self.accepted.withLock({ $0.contains(event.payload.keyID) }) else { throw Refusal() }
    }
}

extension Platform {
    /// A platform for tests: its own database, some broker, a free port, no log.
    static func test(
        _ database: PostgresConfiguration, brokers: String, publicKey: String? = nil
    ) throws -> Platform {
        var configuration = try CaravanConfiguration(
            service: .orders,
            environment: Environments.with([
                "CARAVAN_KAFKA_BROKERS": brokers,
                // The mock broker ends a rebalance only when a session has: a second member that is late, and each
                // that learns of a new topic, would cost nine seconds.
                "CARAVAN_KAFKA_PROPERTIES":
                    "fetch.wait.max.ms=1,session.timeout.ms=3000,heartbeat.interval.ms=500",
                "CARAVAN_HTTP_PORT": "0",
                "CARAVAN_KEY_PUBLIC": publicKey ?? Environments.complete["CARAVAN_KEY_PUBLIC"],
            ]))
        configuration.database = database
        // Some tests have no database, and wait for it to the end.
        configuration.database.leaseTimeout = .seconds(1)
        return Platform(
            configuration: configuration, metrics: PrometheusRegistry(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}

extension ServiceComposition {
    /// Runs everything while `body` does, then shuts down as SIGTERM would.
    func run<R: Sendable>(while body: @Sendable () async throws -> R) async throws -> R {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0) },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        async let running: Void = group.run()
        let result: Result<R, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        await group.triggerGracefulShutdown()
        try await running
        return try result.get()
    }
}
