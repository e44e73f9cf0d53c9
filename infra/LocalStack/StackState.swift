import Foundation

/// What the supervisor of a local stack tells about itself, in `state.json` of the stack's directory.
public struct StackState: Sendable, Codable, Equatable {
    /// One supervised process.
    public struct Child: Sendable, Codable, Equatable {
        /// `postgres`, `devbroker`, `gateway` or a service's name.
        public var name: String
        /// Counted from 0; always 0 where there is one only.
        public var replica: Int
        /// nil while it is being started again.
        public var process: ProcessIdentity?
        public var port: Int
        /// How often it was started after the first time.
        public var restarts: Int

        public init(name: String, replica: Int, process: ProcessIdentity?, port: Int, restarts: Int) {
            self.name = name
            self.replica = replica
            self.process = process
            self.port = port
            self.restarts = restarts
        }
    }

    public var supervisor: ProcessIdentity
    /// What the supervisor is doing; `ready` once everything answers.
    public var phase: String
    public var ports: StackPorts
    public var replicas: Int
    public var usesTLS: Bool
    public var children: [Child]

    public init(
        supervisor: ProcessIdentity, phase: String, ports: StackPorts, replicas: Int, usesTLS: Bool,
        children: [Child] = []
    ) {
        self.supervisor = supervisor
        self.phase = phase
        self.ports = ports
        self.replicas = replicas
        self.usesTLS = usesTLS
        self.children = children
    }

    public static let readyPhase = "ready"

    /// Whether everything was up when the supervisor last wrote, and the supervisor is alive.
    public var isReady: Bool { phase == Self.readyPhase && supervisor.isRunning }

    /// The address of the public APIs.
    public var baseURL: String { "http://127.0.0.1:\(ports.gateway)" }

    /// The state of the stack in a directory, nil when none was ever started there or the last one ended cleanly.
    public static func read(directory: String) -> StackState? {
        guard let data = FileManager.default.contents(atPath: path(directory)) else { return nil }
        return try? JSONDecoder().decode(StackState.self, from: data)
    }

    /// Replaces the file at once: a reader sees the old or the new state.
    public func write(directory: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(self).write(to: URL(fileURLWithPath: Self.path(directory)), options: .atomic)
    }

    /// Removes the file: nothing runs any more.
    public static func remove(directory: String) {
        try? FileManager.default.removeItem(atPath: path(directory))
    }

    private static func path(_ directory: String) -> String { directory + "/state.json" }
}
