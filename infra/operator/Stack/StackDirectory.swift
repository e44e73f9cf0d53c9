import Foundation
import LocalStack

/// The directory that holds everything one local stack owns, and the claim that one supervisor at a time has on it.
struct StackDirectory {
    let path: String

    init(_ path: String) {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    }

    /// The database cluster; behind a link when the stack's directory is closed to the account that Postgres runs as.
    var postgres: String { URL(fileURLWithPath: path + "/postgres").resolvingSymlinksInPath().path }
    var nginx: String { path + "/nginx" }
    var logs: String { path + "/logs" }
    var mail: String { path + "/mail" }
    var sms: String { path + "/sms" }
    var secrets: String { path + "/secrets" }

    func log(_ name: String) -> String { logs + "/\(name).log" }

    /// Makes the directories that do not exist yet.
    func create() throws {
        for directory in [path, nginx, logs, mail, sms] {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        }
        if !PostgresCluster.canReach(postgres), !FileManager.default.fileExists(atPath: postgres) {
            // Root's home, for example.
            let place = "/var/lib/caravan/\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: path + "/postgres", withDestinationPath: place)
        }
    }

    /// Removes all of it, also what lies behind the link.
    func remove() {
        for place in [postgres, path] { try? FileManager.default.removeItem(atPath: place) }
    }

    /// Forgets what earlier runs have logged.
    func clearLogs() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: logs) where name != "supervisor.log" {
            try FileManager.default.removeItem(atPath: logs + "/" + name)
        }
    }

    /// Claims the directory for this process, for as long as it lives.
    func claim() throws {
        let descriptor = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw LocalStackError.system("open \(path)/lock", errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw OperatorError(
                "a stack already runs in \(path); see `./caravan status`, stop it with `./caravan down`")
        }
    }

    /// Ends what a killed supervisor may have left behind. Their death signals have told all of them to end already.
    func clearLeftovers() async throws {
        guard let state = StackState.read(directory: path) else { return }
        for child in state.children.compactMap(\.process) where try await !child.waitForEnd(timeout: .seconds(5)) {
            child.signal(SIGKILL)
            _ = try await child.waitForEnd(timeout: .seconds(5))
        }
        StackState.remove(directory: path)
    }
}
