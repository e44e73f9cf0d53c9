import Foundation
public import Kafka
public import LocalStack
public import Postgres
import Schema

/// A whole Caravan, started by the operator tool as a user would start it, in a directory and on ports of its own.
///
/// The supervisor restarts what dies, as Kubernetes would; tests kill processes by the ids that its state names.
public final class RunningStack: Sendable {
    public let directory: String
    public let ports: StackPorts
    private let supervisor: ChildProcess

    private init(directory: String, ports: StackPorts, supervisor: ChildProcess) {
        self.directory = directory
        self.ports = ports
        self.supervisor = supervisor
    }

    /// Starts a stack and returns when all of it is ready.
    ///
    /// - Parameters:
    ///   - replicas: Of each service.
    ///   - environment: Settings of the services that differ from their defaults.
    public static func start(
        replicas: Int = 1, environment: [String: String] = [:]
    ) async throws -> RunningStack {
        let directory = try TemporaryDirectory.make("stack")
        let ports = StackPorts(base: try Port.freeBlock(of: StackPorts.count(replicas: replicas)))
        let arguments = [
            "up", "--directory", directory, "--port-base", "\(ports.base)", "--replicas", "\(replicas)",
        ]
        let supervisor = try await ChildProcess.start(
            ChildProcess.Command(
                try BuiltProducts.path(of: "caravan-operator"), arguments, environment: environment,
                logFile: directory + "/up.log"))
        let stack = RunningStack(directory: directory, ports: ports, supervisor: supervisor)
        do {
            try await eventually(timeout: .seconds(120), "the stack is ready or has failed") {
                supervisor.exit != nil || StackState.read(directory: directory)?.isReady ?? false
            }
            if let exit = supervisor.exit { throw LocalStackError.unsuitable("the supervisor ended: \(exit)") }
        } catch {
            await stack.stop()
            // The directory does not outlive the test.
            let log = (try? String(contentsOfFile: directory + "/up.log", encoding: .utf8)) ?? ""
            throw LocalStackError.unsuitable("\(error); its log ends: \(log.suffix(2000))")
        }
        return stack
    }

    public var baseURL: String { "http://127.0.0.1:\(ports.gateway)" }

    /// What `caravan target` prints: the base URL and the demo account's keys by dialect.
    public func keys() async throws -> [String: String] {
        struct Target: Decodable {
            let keys: [String: String]
        }
        return try JSON.decode(Target.self, from: try await operate("target")).keys
    }

    /// A value of the stack's `secrets` file: `CARAVAN_KEY_PRIVATE`.
    public func secret(_ name: String) throws -> String {
        let secrets = try String(contentsOfFile: directory + "/secrets", encoding: .utf8)
        let line = secrets.split(separator: "\n").first { $0.hasPrefix(name + "=") }
        return line?.split(separator: "=", maxSplits: 1).last.map(String.init) ?? ""
    }

    /// The URL of the stack's database for its administrator.
    public func databaseURL() throws -> String {
        PostgresCluster(
            configuration: .init(
                directory: directory + "/postgres", port: ports.postgres,
                password: try secret("CARAVAN_ADMIN_PASSWORD"))
        ).adminURL(database: "caravan")
    }

    /// The stack's database, as its administrator. Whoever opens it shuts it down.
    public func database() throws -> PostgresDatabase {
        PostgresDatabase(configuration: PostgresConfiguration(url: try databaseURL()))
    }

    /// Lends the stack's database to `body`, as its administrator.
    public func withDatabase<R: Sendable>(_ body: (PostgresDatabase) async throws -> R) async throws -> R {
        let database = PostgresDatabase(configuration: PostgresConfiguration(url: try databaseURL()))
        let result: Result<R, any Error>
        do { result = .success(try await body(database)) } catch { result = .failure(error) }
        await database.shutdown()
        return try result.get()
    }

    /// Runs a command of the operator tool on the stack, `ledger verify`, and answers what it printed.
    ///
    /// - Throws: `LocalStackError.commandFailed` when it fails.
    @discardableResult
    public func operate(_ arguments: String...) async throws -> String {
        try await ChildProcess.run(
            ChildProcess.Command(
                try BuiltProducts.path(of: "caravan-operator"), arguments + ["--directory", directory]))
    }

    /// The stack's broker.
    public var kafka: KafkaConfiguration {
        var configuration = KafkaConfiguration(brokers: "127.0.0.1:\(ports.broker)")
        configuration.properties["fetch.wait.max.ms"] = "1"
        return configuration
    }

    /// The child of this name as it runs now.
    public func child(_ name: String, replica: Int = 0) -> StackState.Child? {
        StackState.read(directory: directory)?.children.first { $0.name == name && $0.replica == replica }
    }

    /// Faults of the broker, by devbroker's control port: `/down`, `/up`, `/rtt?ms=50`.
    public func broker(_ command: String) async throws {
        try await DevBrokerProcess(port: ports.broker, controlPort: ports.brokerControl).control(command)
    }

    /// Stops everything as Ctrl-C would.
    public func stop() async {
        await supervisor.stop(signal: SIGINT, timeout: .seconds(30))
    }
}
