import Foundation
import Synchronization

/// `devbroker` as a child process, with the faults that its control port offers.
public final class DevBrokerProcess: Sendable {
    public let port: Int
    public let controlPort: Int
    private let partitions: Int?
    private let logFile: String?
    private let running = Mutex<ChildProcess?>(nil)

    /// - Parameters:
    ///   - port: where Kafka clients connect.
    ///   - controlPort: where faults are ordered.
    ///   - partitions: per topic; nil leaves it to devbroker.
    public init(port: Int, controlPort: Int, partitions: Int? = nil, logFile: String? = nil) {
        self.port = port
        self.controlPort = controlPort
        self.partitions = partitions
        self.logFile = logFile
    }

    /// The bootstrap address for Kafka clients.
    public var bootstrap: String { "127.0.0.1:\(port)" }

    /// The process, nil before the first start.
    public var child: ChildProcess? { running.withLock { $0 } }

    /// Starts an empty broker (its log is in memory) and waits until it answers.
    @discardableResult
    public func start(timeout: Duration = .seconds(20)) async throws -> ChildProcess {
        var arguments = ["--port", "\(port)", "--control-port", "\(controlPort)"]
        if let partitions { arguments += ["--partitions", "\(partitions)"] }
        let child = try await ChildProcess.start(
            .init(try BuiltProducts.path(of: "devbroker"), arguments, logFile: logFile))
        running.withLock { $0 = child }
        let deadline = ContinuousClock.now + timeout
        while (try? await LocalHTTP.request("GET", "/", port: controlPort))?.status != 200 {
            guard child.isRunning, ContinuousClock.now < deadline else {
                throw LocalStackError.notReady("devbroker", log: logFile)
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return child
    }

    /// Stops the broker; everything in it is lost.
    public func stop() async {
        _ = await child?.stop(timeout: .seconds(3))
    }

    /// Orders a fault, for example `/down`, `/up`, `/rtt?ms=50`.
    public func control(_ path: String) async throws {
        let response = try await LocalHTTP.request("POST", path, port: controlPort)
        guard (200..<300).contains(response.status) else {
            throw LocalStackError.unsuitable("devbroker refused \(path): \(response.status) \(response.body)")
        }
    }
}
