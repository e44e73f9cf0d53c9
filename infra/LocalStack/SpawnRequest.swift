import Foundation
import Synchronization

/// One `posix_spawn` call: everything is checked and opened before the child's thread performs it.
final class SpawnRequest: Sendable {
    private let program: String
    private let arguments: [String]
    private let environment: [String]
    private let output: Int32
    private let readEnd: Int32?
    private let outlivesParent: Bool

    /// - Parameter collects: whether the output goes to a pipe, to be read from `takeReadEnd()`.
    init(_ command: ChildProcess.Command, collects: Bool) throws {
        if command.executable.contains("/"), access(command.executable, X_OK) != 0 {
            throw LocalStackError.missing(command.executable)
        }
        var wrapper: [String] = []
        if let signal = command.deathSignal { wrapper += ["--pdeathsig", signal.rawValue] }
        if let user = command.user { wrapper += ["--reuid", user, "--regid", user, "--init-groups"] }
        if !wrapper.isEmpty { wrapper = ["setpriv"] + wrapper + ["--"] }
        arguments = wrapper + [command.executable] + command.arguments
        program = wrapper.first ?? command.executable
        outlivesParent = command.deathSignal == nil
        environment = ProcessInfo.processInfo.environment
            .merging(command.environment) { _, new in new }
            .map { "\($0.key)=\($0.value)" }

        if collects {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw LocalStackError.system("pipe", errno) }
            readEnd = ends[0]
            output = ends[1]
        } else {
            let path = command.logFile ?? "/dev/null"
            output = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
            guard output >= 0 else { throw LocalStackError.system("open \(path)", errno) }
            readEnd = nil
        }
    }

    /// Starts the child on the calling thread, whose end will be the child's end.
    func perform() throws -> Int32 {
        defer { close(output) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
        // Pipes and sockets that another thread has just opened must not live on in this child.
        for descriptor in Int32(3)..<256 { posix_spawn_file_actions_addclose(&actions, descriptor) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        // A session of its own, which is also a process group of its own, has nothing to do with the caller's terminal.
        let group = outlivesParent ? Self.newSession : POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(group | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var pid: pid_t = 0
        let result = Self.withCStrings(arguments) { arguments in
            Self.withCStrings(environment) { environment in
                posix_spawnp(&pid, program, &actions, &attributes, arguments, environment)
            }
        }
        guard result == 0 else {
            if let readEnd { close(readEnd) }
            throw LocalStackError.system("start \(arguments.joined(separator: " "))", result)
        }
        return pid
    }

    /// The end of the pipe from which the child's output is read; the caller closes it.
    func takeReadEnd() -> Int32 { readEnd ?? -1 }

    /// POSIX_SPAWN_SETSID of glibc's spawn.h, which shows it to GNU C only.
    private static let newSession: Int32 = 0x80

    private static func withCStrings<R>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R
    ) -> R {
        let pointers = strings.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}
