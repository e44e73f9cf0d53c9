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

@testable import Notifications

/// The whole service as a process would run it: HTTP, consumer, relay and engine, on a real broker and database.
struct NotificationsHost: Sendable {
    let platform: Platform
    /// The dealer's key and the operator's, both of one account.
    let dealer: APIClient
    let admin: APIClient
    let account = AccountID()
    private let producer: KafkaProducer

    /// Runs the service while `body` does.
    ///
    /// - Parameter more: Further variables of its environment.
    static func with(
        _ more: [String: String] = [:], _ body: (NotificationsHost) async throws -> Void
    ) async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: NotificationsService.allMigrations) { _, test in
            let signer = try APIKeySigner(privateKey: APIKeySigner.generatePrivateKey())
            var configuration = try CaravanConfiguration(
                service: .notifications,
                environment: [
                    "CARAVAN_DATABASE_URL": test.url, "CARAVAN_KAFKA_BROKERS": broker.bootstrap,
                    "CARAVAN_KAFKA_PROPERTIES": "fetch.wait.max.ms=1", "CARAVAN_HTTP_PORT": "0",
                    "CARAVAN_KEY_PUBLIC": signer.publicKey,
                    "CARAVAN_DATA_KEYS": "example:" + Data(0..<32).base64EncodedString(),
                    "CARAVAN_WEBHOOK_ALLOW_PRIVATE": "true", "CARAVAN_WEBHOOK_RETRY_SCHEDULE": "20ms,20ms",
                ].merging(more) { $1 })
            configuration.database = test.configuration
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let platform = Platform(configuration: configuration, metrics: PrometheusRegistry(), logger: logger)
            let composition = try ServiceRunner.build(NotificationsService.self, platform: platform)
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(services: composition.services, logger: logger))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                let host = try await NotificationsHost(
                    platform: platform, port: composition.edge.boundPort, signer: signer)
                let result: Result<Void, any Error>
                do { result = .success(try await body(host)) } catch { result = .failure(error) }
                await host.producer.close(deadline: .seconds(2))
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
                try result.get()
            }
        }
        await broker.stop()
    }

    private init(platform: Platform, port: Int, signer: APIKeySigner) async throws {
        self.platform = platform
        producer = try KafkaProducer(configuration: platform.kafka)
        let account = account
        func client(_ dialect: DialectName) async throws -> APIClient {
            let principal = Principal(
                account: account, keyID: ID<APIKey>().description, dialects: [dialect], rateLimit: 100_000)
            return APIClient(
                baseURL: "http://127.0.0.1:\(port)", authorization: "Bearer \(try await signer.token(for: principal))")
        }
        dealer = try await client(.watchTraderHub)
        admin = try await client(.management)
    }

    /// Publishes an event as its service would.
    func publish(_ event: some Event, subject: String, sequence: Int64 = 1, traceparent: String? = nil) async throws {
        let envelope = EventEnvelope(
            id: ID<EventID>().uuid, type: type(of: event).type, source: "/caravan/test", subject: subject,
            time: .now(), sequence: sequence, account: account, traceparent: traceparent,
            topic: type(of: event).topic.name, payload: try JSON.encode(event))
        try await producer.send(envelope.record)
    }

    /// Registers an endpoint for everything and answers its secret.
    func register(_ name: String, _ url: String) async throws -> WebhookSecret? {
        let reply = try await admin.send(
            "PUT", "/admin/v1/webhook-endpoints/\(name)",
            body: .object([
                "url": .string(url), "style": .string("watchtraderhub"), "events": .array([.string("*")]),
                "retry": .object([
                    "limit": .number(JSONNumber(2)), "delay_seconds": .number(JSONNumber(1)), "backoff": .bool(true),
                ]),
                "batch_size": .null,
            ]))
        return try reply.json["secret"]?.string.flatMap { WebhookSecret($0) }
    }
}

extension NotificationsHost {
    func ping(_ key: String) async throws {
        _ = try await dealer.send("POST", "/v1/test/webhook_ping", headers: ["Idempotency-Key": key])
    }

    func log(_ query: String) async throws -> [JSONValue] {
        try await admin.send("GET", "/admin/v1/webhook-deliveries?endpoint=shop&" + query).json["data"]?.array ?? []
    }
}
