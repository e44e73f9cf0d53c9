public import Foundation
import Synchronization

/// A running child process that dies with its parent, whatever ends the parent.
///
/// Linux sends a child its death signal when the *thread* that started it ends. Each child therefore has one thread
/// of its own, which starts it, waits for its end and reports it. Each child leads a process group of its own, so that
/// Ctrl-C in a terminal reaches the parent alone and the parent decides the order in which things stop.
public final class ChildProcess: Sendable {
    /// The command that was started.
    public let command: Command
    /// The process id; also the id of the process group that the child leads.
    public let pid: Int32

    private struct State {
        var exit: Exit?
        var waiters: [CheckedContinuation<Exit, Never>] = []
    }
    private let state = Mutex(State())

    private init(command: Command, pid: Int32) {
        self.command = command
        self.pid = pid
    }

    /// Starts a child.
    /// - Throws: `LocalStackError` when the executable is missing or the system refuses.
    public static func start(_ command: Command) async throws -> ChildProcess {
        try await start(command, collecting: nil)
    }

    /// Runs a command to its end.
    /// - Returns: everything it wrote to standard output and standard error.
    /// - Throws: `LocalStackError.commandFailed` with that text when the exit status is not 0.
    @discardableResult
    public static func run(_ command: Command) async throws -> String {
        let collected = CollectedOutput()
        let child = try await start(command, collecting: collected)
        let exit = await child.waitForExit()
        guard exit == .exited(0) else {
            throw LocalStackError.commandFailed(command.description, exit: exit, output: collected.text)
        }
        return collected.text
    }

    /// How the process ended, nil while it runs.
    public var exit: Exit? { state.withLock { $0.exit } }

    /// True until the process has ended.
    public var isRunning: Bool { exit == nil }

    /// Waits for the end of the process.
    public func waitForExit() async -> Exit {
        await withCheckedContinuation { continuation in
            let exit = state.withLock { state -> Exit? in
                if state.exit == nil { state.waiters.append(continuation) }
                return state.exit
            }
            if let exit { continuation.resume(returning: exit) }
        }
    }

    /// Sends a signal; nothing happens when the process has already ended.
    public func signal(_ number: Int32) {
        // Under the lock: the process id cannot be given to another process before its end was noted here.
        state.withLock { state in
            if state.exit == nil { _ = kill(pid, number) }
        }
    }

    /// Asks the process to end and kills it (and what it started) when it has not after `timeout`.
    @discardableResult
    public func stop(signal number: Int32 = SIGTERM, timeout: Duration = .seconds(10)) async -> Exit {
        signal(number)
        let killer = Task {
            try await Task.sleep(for: timeout)
            state.withLock { state in
                if state.exit == nil { _ = kill(-pid, SIGKILL) }
            }
        }
        defer { killer.cancel() }
        return await waitForExit()
    }

    private func ended(_ exit: Exit) {
        let waiters = state.withLock { state in
            state.exit = exit
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: exit) }
    }

    private static func start(_ command: Command, collecting output: CollectedOutput?) async throws -> ChildProcess {
        let spawn = try SpawnRequest(command, collects: output != nil)
        return try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                let child: ChildProcess
                do {
                    child = ChildProcess(command: command, pid: try spawn.perform())
                } catch {
                    continuation.resume(throwing: error)
                    return
                }
                continuation.resume(returning: child)
                if let output { output.readToEnd(spawn.takeReadEnd()) }
                var status: Int32 = 0
                // WNOWAIT: the id stays taken until `ended` has noted the exit, so that `signal` cannot hit a stranger.
                var information = siginfo_t()
                while waitid(P_PID, id_t(child.pid), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
                // Until the process is waited for its group's id cannot be another's: what it left behind ends with it.
                kill(-child.pid, SIGKILL)
                child.ended(Exit(information))
                while waitpid(child.pid, &status, 0) == -1, errno == EINTR {}
            }
            thread.name = "child"
            thread.stackSize = 256 * 1024
            thread.start()
        }
    }
}

extension ChildProcess {
    /// What to run and how.
    public struct Command: Sendable, CustomStringConvertible {
        /// A path, or a name to be found in `PATH`.
        public var executable: String
        public var arguments: [String]
        /// Added to the parent's environment.
        public var environment: [String: String]
        /// The account to run as; nil keeps the parent's. Changing it needs root.
        public var user: String?
        /// A file that standard output and error are appended to; nil discards them.
        public var logFile: String?
        /// What the child receives when its parent dies; nil lets it live on, in a session of its own.
        public var deathSignal: DeathSignal?

        public init(
            _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
            user: String? = nil, logFile: String? = nil, deathSignal: DeathSignal? = .terminate
        ) {
            self.executable = executable
            self.arguments = arguments
            self.environment = environment
            self.user = user
            self.logFile = logFile
            self.deathSignal = deathSignal
        }

        /// The command line, without the environment (it may hold secrets).
        public var description: String { ([executable] + arguments).joined(separator: " ") }
    }

    /// A signal by the name that setpriv(1) knows it by.
    public enum DeathSignal: String, Sendable {
        case interrupt = "INT"
        case terminate = "TERM"
        case kill = "KILL"
    }

    /// How a process ended.
    public enum Exit: Sendable, Equatable, CustomStringConvertible {
        case exited(Int32)
        case signalled(Int32)

        init(_ information: siginfo_t) {
            let status = information._sifields._sigchld.si_status
            self = information.si_code == Int32(CLD_EXITED) ? .exited(status) : .signalled(status)
        }

        public var description: String {
            switch self {
            case .exited(let status): "exit status \(status)"
            case .signalled(let number): "signal \(number)"
            }
        }
    }
}

/// The text a child wrote; filled by the child's thread before its end is reported.
private final class CollectedOutput: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    func readToEnd(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            bytes.withLock { $0.append(contentsOf: buffer[..<count]) }
        }
        close(descriptor)
    }
}
