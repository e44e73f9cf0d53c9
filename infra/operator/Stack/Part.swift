import LocalStack

/// One process of a stack: how it is started, asked and stopped.
struct Part: Sendable {
    /// As the status table calls it.
    let name: String
    /// Counted from 0.
    let replica: Int
    let port: Int
    let logFile: String
    /// Starts the process; may wait until it is ready.
    let start: @Sendable () async throws -> ChildProcess
    /// Whether it answers as it should.
    let isReady: @Sendable () async -> Bool
    /// Lets it finish what it does and ends it.
    let stop: @Sendable (ChildProcess) async -> Void

    /// The name, with the replica's number where there are several.
    func label(of replicas: Int) -> String { replicas > 1 ? "\(name)-\(replica)" : name }
}
