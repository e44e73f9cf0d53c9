import Foundation
import LocalStack
import Schema
import ServiceKit

/// The processes of one local stack, put together from its directory, ports and secrets.
struct StackParts {
    let directory: StackDirectory
    let ports: StackPorts
    let replicas: Int
    let secrets: Secrets
    /// Whether the gateway listens with TLS too.
    let usesTLS: Bool

    /// The private Postgres server, durable as one in production.
    var postgresCluster: PostgresCluster {
        PostgresCluster(
            configuration: .init(directory: directory.postgres, port: ports.postgres, password: secrets.adminPassword))
    }

    func postgres(_ cluster: PostgresCluster) -> Part {
        Part(
            name: "postgres", replica: 0, port: ports.postgres, logFile: cluster.logFile,
            start: { try await cluster.start() },
            isReady: { !Port.isFree(cluster.configuration.port) },
            stop: { _ in await cluster.stop() })
    }

    var broker: Part {
        let broker = DevBrokerProcess(
            port: ports.broker, controlPort: ports.brokerControl, logFile: directory.log("devbroker"))
        return Part(
            name: "devbroker", replica: 0, port: ports.broker, logFile: directory.log("devbroker"),
            start: { try await broker.start() },
            isReady: { broker.child?.isRunning == true },
            stop: { _ in await broker.stop() })
    }

    var services: [Part] {
        get throws {
            try ServiceName.allCases.flatMap { service in
                try (0..<replicas).map { try part(service, replica: $0) }
            }
        }
    }

    /// The gateway, after its configuration was written.
    func gateway() async throws -> Part {
        let gateway = GatewayProcess(directory: directory, ports: ports, replicas: replicas, usesTLS: usesTLS)
        try await gateway.prepare()
        let port = ports.gateway
        return Part(
            name: "gateway", replica: 0, port: port, logFile: gateway.logFile,
            start: { try await ChildProcess.start(gateway.command) },
            isReady: { await isHealthy(port, "/livez") },
            // QUIT lets requests under way finish.
            stop: { _ = await $0.stop(signal: SIGQUIT, timeout: .seconds(2)) })
    }

    /// Where a service finds its schema.
    func databaseURL(of service: ServiceName) throws -> String {
        postgresCluster.url(
            database: ServiceMigrations.database, user: DatabaseSetup.role(of: service),
            password: try secrets.rolePasswords[service])
    }

    private func part(_ service: ServiceName, replica: Int) throws -> Part {
        let port = ports.service(service, replica: replica)
        let command = ChildProcess.Command(
            try BuiltProducts.path(of: service.rawValue), environment: try environment(of: service, port: port),
            logFile: directory.log("\(service.rawValue)-\(replica)"), deathSignal: .kill)
        return Part(
            name: service.rawValue, replica: replica, port: port, logFile: command.logFile ?? "",
            start: { try await ChildProcess.start(command) },
            isReady: { await isHealthy(port, "/readyz") },
            stop: { _ = await $0.stop(timeout: .seconds(10)) })
    }

    /// The rows of ServiceKit's configuration table that differ from their defaults here. What the caller's own
    /// environment says of the others (log level, webhook schedule, …) reaches the services too.
    private func environment(of service: ServiceName, port: Int) throws -> [String: String] {
        var environment = [
            "CARAVAN_DATABASE_URL": try databaseURL(of: service),
            "CARAVAN_KAFKA_BROKERS": "127.0.0.1:\(ports.broker)",
            // The mock broker answers a fetch only when its waiting time is over, and ends a rebalance only when a
            // session has: short times make it quick, at the price of some work while idle.
            "CARAVAN_KAFKA_PROPERTIES": "fetch.wait.max.ms=2,session.timeout.ms=3000,heartbeat.interval.ms=500",
            "CARAVAN_HTTP_HOST": "127.0.0.1",
            "CARAVAN_HTTP_PORT": "\(port)",
            "CARAVAN_KEY_PUBLIC": secrets.publicKey,
            "CARAVAN_DATA_KEYS": secrets.dataKeys,
            // Receivers of webhooks are on this machine.
            "CARAVAN_WEBHOOK_ALLOW_PRIVATE": "true",
            // Unless the caller names a mail server.
            "CARAVAN_MAIL_OUTBOX": directory.mail,
            "CARAVAN_SMS_OUTBOX": directory.sms,
            "CARAVAN_PUBLIC_URL": "http://127.0.0.1:\(ports.gateway)",
        ]
        // Nobody else can sign.
        if service == .consent { environment["CARAVAN_LEDGER_KEYS"] = secrets.ledgerKeys }
        return environment
    }
}

/// Whether a process of this machine answers 200.
func isHealthy(_ port: Int, _ path: String) async -> Bool {
    (try? await LocalHTTP.request("GET", path, port: port))?.status == 200
}
