import Foundation

/// A process that can be told from a later one with the same id: the id and the moment it started.
public struct ProcessIdentity: Sendable, Codable, Equatable {
    public let pid: Int32
    /// Clock ticks between the machine's start and the process's.
    public let started: UInt64

    /// nil when no such process runs.
    public init?(pid: Int32) {
        guard let started = Self.started(pid) else { return nil }
        self.pid = pid
        self.started = started
    }

    /// The running process itself.
    public static var current: ProcessIdentity { ProcessIdentity(running: getpid()) }

    private init(running pid: Int32) {
        self.pid = pid
        started = Self.started(pid) ?? 0
    }

    /// Whether this very process still runs.
    public var isRunning: Bool { Self.started(pid) == started }

    /// Sends a signal, unless the process has ended.
    public func signal(_ number: Int32) {
        if isRunning { kill(pid, number) }
    }

    /// Waits for the end of a process that need not be a child.
    /// - Returns: whether it ended in time.
    public func waitForEnd(timeout: Duration) async throws -> Bool {
        let deadline = ContinuousClock.now + timeout
        while isRunning {
            guard ContinuousClock.now < deadline else { return false }
            try await Task.sleep(for: .milliseconds(20))
        }
        return true
    }

    /// Field 22 of /proc/<pid>/stat; a zombie counts as ended.
    private static func started(_ pid: Int32) -> UInt64? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
        // Field 2, the command in parentheses, may itself hold spaces and parentheses.
        let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 19, fields[0] != "Z" else { return nil }
        return UInt64(fields[19])
    }
}
