import Edge
import Foundation
import Kafka
import LocalStack
import Postgres
import Schema
import TestKit

/// A stack that exists for one measurement.
struct BenchStack {
    let directory: StackDirectory
    let ports: StackPorts
    let secrets: Secrets
    let state: StackState

    /// Starts a fresh stack, lends it, stops it and removes its data.
    static func with<R>(portBase: Int, _ body: (BenchStack) async throws -> R) async throws -> R {
        let directory = StackDirectory(Repository.root + "/.caravan/bench")
        if let earlier = StackState.read(directory: directory.path), earlier.supervisor.isRunning {
            throw OperatorError(
                "a bench already runs; stop its stack with `./caravan down --directory \(directory.path)`")
        }
        // What a killed bench may have left.
        try await directory.clearLeftovers()
        directory.remove()
        try directory.create()
        // Ends with this process, whatever ends that.
        let supervisor = try await ChildProcess.start(
            .init(
                try BuiltProducts.path(of: "caravan-operator"),
                ["up", "--directory", directory.path, "--port-base", "\(portBase)"],
                logFile: directory.log("supervisor")))
        let result: Result<R, any Error>
        do {
            try await eventually(timeout: .seconds(120), "the bench stack is ready or has failed") {
                !supervisor.isRunning || StackState.read(directory: directory.path)?.isReady ?? false
            }
            guard let state = StackState.read(directory: directory.path) else {
                throw OperatorError("the bench stack did not start, see \(directory.log("supervisor"))")
            }
            let stack = BenchStack(
                directory: directory, ports: state.ports, secrets: try Secrets(file: directory.secrets), state: state)
            result = .success(try await body(stack))
        } catch {
            result = .failure(error)
        }
        await supervisor.stop(timeout: .seconds(30))
        // A failed start explains itself in its log.
        if case .success = result { directory.remove() }
        return try result.get()
    }

    func client(_ dialect: DialectName) -> APIClient {
        APIClient(baseURL: state.baseURL, authorization: "Bearer \(secrets.demoKey(dialect))")
    }

    /// The stack's broker.
    var kafka: KafkaConfiguration { KafkaConfiguration(brokers: "127.0.0.1:\(ports.broker)") }

    /// The port of a service's first replica.
    func port(_ service: ServiceName) -> Int { ports.service(service, replica: 0) }

    func process(_ service: ServiceName) -> ProcessIdentity? {
        state.children.first { $0.name == service.rawValue }?.process
    }

    /// Stops services from running while `body` does: they neither consume nor compete for the cores.
    func pausing<R>(_ services: [ServiceName], _ body: () async throws -> R) async throws -> R {
        let processes = services.compactMap(process)
        processes.forEach { $0.signal(SIGSTOP) }
        defer { processes.forEach { $0.signal(SIGCONT) } }
        return try await body()
    }

    /// Runs wrk and reads what its script reports.
    func wrk(
        port: Int, script: String, connections: Int, seconds: Int, arguments: [String]
    ) async throws -> Load {
        let output = try await ChildProcess.run(
            .init(
                "/usr/bin/wrk",
                [
                    "-t", "1", "-c", "\(connections)", "-d", "\(seconds)s", "-s",
                    "\(Repository.root)/infra/bench/\(script).lua", "http://127.0.0.1:\(port)", "--",
                ] + arguments))
        let words = output.split(separator: "\n").last { $0.hasPrefix("RESULT ") }?.split(separator: " ") ?? []
        let numbers = words.dropFirst().compactMap { Double($0) }
        guard numbers.count == 4 else { throw OperatorError("wrk said: \(output)") }
        guard numbers[1] == 0 else { throw OperatorError("\(Int(numbers[1])) of wrk's requests were refused") }
        return Load(rate: numbers[0] / (numbers[2] / 1_000_000), p99: numbers[3] / 1000)
    }

    /// What a load found: requests a second, and the 99th percentile in milliseconds.
    struct Load {
        let rate: Double
        let p99: Double
    }

    /// Vacuums and analyzes a table, or all of them, as autovacuum would have in time.
    static func vacuum(_ table: String = "", in database: PostgresDatabase) async throws {
        // By itself: it cannot be in a pipeline.
        try await database.withConnection { try await $0.script("VACUUM ANALYZE \(table)") }
    }

    /// The database as its administrator, for filling tables.
    func withDatabase<R: Sendable>(_ body: (PostgresDatabase) async throws -> R) async throws -> R {
        let cluster = PostgresCluster(
            configuration: .init(directory: directory.postgres, port: ports.postgres, password: secrets.adminPassword))
        var configuration = PostgresConfiguration(url: cluster.adminURL(database: ServiceMigrations.database))
        configuration.statementTimeout = .seconds(300)
        let database = PostgresDatabase(configuration: configuration)
        let result: Result<R, any Error>
        do { result = .success(try await body(database)) } catch { result = .failure(error) }
        await database.shutdown()
        return try result.get()
    }
}
