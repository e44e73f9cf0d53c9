import Foundation
import Synchronization

/// A private Postgres server: a data directory, a port on 127.0.0.1, and a child process while it runs.
///
/// Postgres refuses to run as root; the server then runs as the account `postgres`, which must be able to reach the
/// directory.
public final class PostgresCluster: Sendable {
    /// What distinguishes one cluster from another.
    public struct Configuration: Sendable {
        /// The cluster lives in `data` below it; its log is `postgres.log`.
        public var directory: String
        public var port: Int
        /// The superuser's password; nil lets every local user in (tests).
        public var password: String?
        /// Further lines of postgresql.conf.
        public var settings: [String: String]

        public init(directory: String, port: Int, password: String? = nil, settings: [String: String] = [:]) {
            self.directory = directory
            self.port = port
            self.password = password
            self.settings = settings
        }
    }

    /// How to stop: `.fast` rolls back what is open and writes a checkpoint, `.immediate` is a crash.
    public enum StopMode: Sendable {
        case fast
        case immediate

        var signal: Int32 { self == .fast ? SIGINT : SIGQUIT }
    }

    /// Whether the account that the server will run as can reach a cluster in this directory.
    public static func canReach(_ directory: String) -> Bool {
        PostgresInstallation.closedDirectory(above: directory) == nil
    }

    public let configuration: Configuration
    private let running = Mutex<ChildProcess?>(nil)

    public init(configuration: Configuration) {
        self.configuration = configuration
    }

    /// The server process, nil before the first start.
    public var child: ChildProcess? { running.withLock { $0 } }

    /// Where the server writes what it has to say.
    public var logFile: String { configuration.directory + "/postgres.log" }

    /// A connection URL for the superuser.
    public func adminURL(database: String = "postgres") -> String {
        url(database: database, user: "postgres", password: configuration.password)
    }

    /// A connection URL for any role.
    public func url(database: String, user: String, password: String?) -> String {
        let secret = password.map { ":\($0)" } ?? ""
        return "postgresql://\(user)\(secret)@127.0.0.1:\(configuration.port)/\(database)?sslmode=disable"
    }

    /// Creates the cluster when there is none, starts the server and waits until it accepts connections.
    @discardableResult
    public func start(timeout: Duration = .seconds(60)) async throws -> ChildProcess {
        if access(dataDirectory + "/PG_VERSION", F_OK) != 0 { try await initialise() }
        try writeSettings()
        try await clearLeftover()
        let child = try await ChildProcess.start(
            .init(
                try PostgresInstallation.program("postgres"), ["-D", dataDirectory], user: PostgresInstallation.user,
                logFile: logFile, deathSignal: .interrupt))
        running.withLock { $0 = child }
        let deadline = ContinuousClock.now + timeout
        while !isAccepting(child) {
            guard child.isRunning, ContinuousClock.now < deadline else {
                throw LocalStackError.notReady("Postgres", log: logFile)
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return child
    }

    /// Stops the server; returns when it has ended.
    public func stop(_ mode: StopMode = .fast) async {
        _ = await child?.stop(signal: mode.signal, timeout: .seconds(10))
    }

    /// Stops and starts again on the same port and data.
    public func restart(_ mode: StopMode = .fast) async throws {
        await stop(mode)
        try await start()
    }

    private var dataDirectory: String { configuration.directory + "/data" }

    private func initialise() async throws {
        try PostgresInstallation.makeDirectory(configuration.directory)
        var arguments = ["-D", dataDirectory, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        let passwordFile = configuration.directory + "/initial-password"
        defer { unlink(passwordFile) }
        if let password = configuration.password {
            try PostgresInstallation.write(password, to: passwordFile)
            arguments += ["--auth=scram-sha-256", "--pwfile", passwordFile]
        } else {
            arguments += ["--auth=trust"]
        }
        // An interrupted initdb leaves no PG_VERSION-bearing directory behind: it removes what it made.
        try await ChildProcess.run(
            .init(try PostgresInstallation.program("initdb"), arguments, user: PostgresInstallation.user))
    }

    /// The settings of this start; the cluster's own postgresql.conf stays as initdb wrote it.
    private func writeSettings() throws {
        var settings = [
            "port": "\(configuration.port)",
            "listen_addresses": "'127.0.0.1'",
            "unix_socket_directories": "''",
            "max_connections": "400",
            "synchronous_commit": "on",
            // Plans made while a table was empty last until it is analyzed: a new database under load must not wait for it.
            "autovacuum_naptime": "1s",
            // Often enough for that; analyzing at each tenth that they grow by would take its share of every load.
            "autovacuum_analyze_scale_factor": "0.5",
            "shared_buffers": "256MB",
            "max_wal_size": "2GB",
            "checkpoint_timeout": "15min",
            "wal_compression": "on",
            "random_page_cost": "1.1",
            "logging_collector": "off",
            "timezone": "'UTC'",
        ]
        settings.merge(configuration.settings) { _, new in new }
        let text = settings.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)\n" }.joined()
        try PostgresInstallation.write(text, to: dataDirectory + "/postgresql.auto.conf")
    }

    /// Waits for a server that a killed parent has left behind: its death signal has told it to stop.
    private func clearLeftover() async throws {
        let deadline = ContinuousClock.now + .seconds(15)
        while let pid = postmasterFile().first.flatMap({ Int32($0) }), isPostmaster(pid) {
            kill(pid, ContinuousClock.now < deadline ? StopMode.fast.signal : StopMode.immediate.signal)
            guard ContinuousClock.now < deadline + .seconds(5) else {
                throw LocalStackError.unsuitable("another Postgres (process \(pid)) still uses \(dataDirectory)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// The lines of postmaster.pid: process id first, in line 8 the state, which is what `pg_ctl -w` looks at too.
    private func postmasterFile() -> [String] {
        let text = (try? String(contentsOfFile: dataDirectory + "/postmaster.pid", encoding: .utf8)) ?? ""
        return text.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }

    private func isAccepting(_ child: ChildProcess) -> Bool {
        let lines = postmasterFile()
        return lines.count > 7 && lines[0] == String(child.pid) && lines[7] == "ready"
    }

    /// Whether the process is a server of this very directory: process ids are reused.
    private func isPostmaster(_ pid: Int32) -> Bool {
        let commandLine = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/cmdline"))) ?? Data()
        return commandLine.split(separator: 0).contains { $0.elementsEqual(dataDirectory.utf8) }
    }
}
