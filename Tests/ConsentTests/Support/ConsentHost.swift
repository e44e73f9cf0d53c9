import Edge
import Foundation
import Kafka
import Logging
import Messaging
import Postgres
import Schema
import ServiceKit
import ServiceLifecycle
import TestKit

@testable import Consent

/// The whole service as a process would run it, on a real broker and database, beside a stand-in for orders.
struct ConsentHost: Sendable {
    let orders: OrdersStandIn
    let database: PostgresDatabase
    private let port: Int
    private let signer: APIKeySigner

    /// Runs the service while `body` does.
    static func with(_ body: (ConsentHost) async throws -> Void) async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: ConsentService.allMigrations) { database, test in
            let signer = try APIKeySigner(privateKey: APIKeySigner.generatePrivateKey())
            var configuration = try CaravanConfiguration(
                service: .consent,
                environment: [
                    "CARAVAN_DATABASE_URL": test.url, "CARAVAN_KAFKA_BROKERS": broker.bootstrap,
                    "CARAVAN_KAFKA_PROPERTIES": "fetch.wait.max.ms=1", "CARAVAN_HTTP_PORT": "0",
                    "CARAVAN_KEY_PUBLIC": signer.publicKey,
                    "CARAVAN_DATA_KEYS": "k1:" + DataKeyring.generateKey(),
                    "CARAVAN_LEDGER_KEYS": DataKeyring.generateKey(), "CARAVAN_LEDGER_INTERVAL_MS": "20",
                ])
            configuration.database = test.configuration
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let platform = Platform(configuration: configuration, metrics: PrometheusRegistry(), logger: logger)
            let composition = try ServiceRunner.build(ConsentService.self, platform: platform)
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(services: composition.services, logger: logger))
            let orders = try await OrdersStandIn(platform)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                let standIn = Task { try await orders.run() }
                let host = ConsentHost(
                    orders: orders, database: database, port: await composition.edge.boundPort, signer: signer)
                let result: Result<Void, any Error>
                do { result = .success(try await body(host)) } catch { result = .failure(error) }
                standIn.cancel()
                _ = await standIn.result
                await orders.close()
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
                try result.get()
            }
        }
        await broker.stop()
    }

    /// A client of the checkout API.
    func client(of account: AccountID, permissions: Set<String> = ["*"]) async throws -> SuiteClient {
        let principal = Principal(
            account: account, keyID: ID<APIKey>().description, dialects: [.healthSuite], permissions: permissions,
            rateLimit: 100_000)
        return SuiteClient(
            client: APIClient(
                baseURL: "http://127.0.0.1:\(port)", authorization: "Bearer \(try await signer.token(for: principal))")
        )
    }

    /// The payloads that were published about a ban or anything else, as text.
    func told(_ event: (some Event).Type) async throws -> [String] {
        try await database.query("SELECT payload FROM outbox WHERE type = \(event.type) ORDER BY position")
            .map { try $0["payload"] }
    }
}

/// Speaks the checkout API, which insists on its headers.
struct SuiteClient: Sendable {
    let client: APIClient

    func send(
        _ method: String, _ path: String, _ body: JSONValue? = nil, key: String? = nil
    ) async throws -> APIClient.Reply {
        var headers = Self.headers("application/json")
        headers["Idempotency-Key"] = key
        return try await client.send(method, path, body: body, headers: headers)
    }

    func send(_ method: String, _ path: String, form: String) async throws -> APIClient.Reply {
        try await client.send(
            method, path, bytes: Array(form.utf8), headers: Self.headers("application/x-www-form-urlencoded"))
    }

    private static func headers(_ contentType: String) -> [String: String] {
        ["Accept": "application/json", "Content-Type": contentType]
    }
}
