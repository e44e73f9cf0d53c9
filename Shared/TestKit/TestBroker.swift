public import Kafka
import LocalStack

/// A devbroker of the test process: the real Kafka protocol over TCP, in memory, with faults on demand.
public final class TestBroker: Sendable {
    private let process: DevBrokerProcess

    private init(process: DevBrokerProcess) {
        self.process = process
    }

    /// The one broker that tests share when they break nothing; topics and groups are theirs to keep apart.
    public static func shared() async throws -> TestBroker { try await sharedStart.value }

    private static let sharedStart = Task { try await start() }

    /// Starts an empty broker of one's own.
    /// - Parameter partitions: per topic; nil is the catalogue's number.
    public static func start(partitions: Int? = nil) async throws -> TestBroker {
        let port = try Port.freeBlock(of: 2)
        let process = DevBrokerProcess(
            port: port, controlPort: port + 1, partitions: partitions,
            logFile: try TemporaryDirectory.make("devbroker") + "/devbroker.log")
        try await process.start()
        return TestBroker(process: process)
    }

    /// The bootstrap address, host:port.
    public var bootstrap: String { process.bootstrap }

    /// Client settings for a mock broker: it answers a fetch only when its waiting time is over, so keep that short.
    public var kafka: KafkaConfiguration {
        var configuration = KafkaConfiguration(brokers: bootstrap)
        configuration.properties["fetch.wait.max.ms"] = "1"
        // The mock broker ends a rebalance only when a session has.
        configuration.properties["session.timeout.ms"] = "3000"
        configuration.properties["heartbeat.interval.ms"] = "500"
        return configuration
    }

    /// Stops answering, as a broker that has lost its network; what it holds is kept.
    public func down() async throws { try await process.control("/down") }

    /// Answers again.
    public func up() async throws { try await process.control("/up") }

    /// Delays every answer by so many milliseconds.
    public func roundTrip(_ milliseconds: Int) async throws { try await process.control("/rtt?ms=\(milliseconds)") }

    /// Answers the next `count` requests of a kind with an error.
    /// - Parameters:
    ///   - api: the request, as devbroker names it: `produce`, `fetch`, …
    ///   - code: Kafka's error number.
    public func errors(api: String, code: Int, count: Int) async throws {
        try await process.control("/errors?api=\(api)&code=\(code)&count=\(count)")
    }

    /// Loses everything: the same address, but a new, empty cluster.
    public func replace() async throws {
        await process.stop()
        try await process.start()
    }

    /// Ends the broker.
    public func stop() async { await process.stop() }
}
