import Foundation
public import LocalStack
import Postgres
import Synchronization

/// A Postgres server of the test process, with the templates from which its databases are cloned.
public final class TestCluster: Sendable {
    /// The server; `restart(.immediate)` is a crash. Do that to a cluster of your own, never to the shared one.
    public let server: PostgresCluster
    private let templates = Templates()
    private let slots = Slots(12)
    private let counter = Atomic<Int>(0)

    private init(server: PostgresCluster) {
        self.server = server
    }

    /// The one server that tests share; started by the first that asks, stopped when the process ends.
    public static func shared() async throws -> TestCluster { try await sharedStart.value }

    private static let sharedStart = Task { try await start() }

    /// Starts a server of one's own; it is stopped when the process ends, or earlier by `server.stop()`.
    ///
    /// - Parameter settings: Lines of postgresql.conf besides those of all test servers.
    public static func start(settings: [String: String] = [:]) async throws -> TestCluster {
        // A crash of the server loses nothing even so; only one of the machine would.
        let standard = ["fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB"]
        let server = PostgresCluster(
            configuration: .init(
                directory: try TemporaryDirectory.make("postgres"), port: try Port.freeBlock(of: 1),
                settings: standard.merging(settings) { _, own in own }))
        try await server.start()
        return TestCluster(server: server)
    }

    /// Clones a database from a migrated template, lends it to `body` and drops it.
    func withDatabase<R: Sendable>(
        migrations: [PostgresMigration], schema: String, _ body: (String) async throws -> R
    ) async throws -> R {
        await slots.acquire()
        defer { slots.release() }
        let template = try await templates.name(migrations, schema: schema, on: server)
        let name = "test_\(counter.add(1, ordering: .relaxed).newValue)"
        try await administer("CREATE DATABASE \(name) TEMPLATE \(template)")
        let result: Result<R, any Error>
        do { result = .success(try await body(name)) } catch { result = .failure(error) }
        // A test may have stopped its server; the database then goes with the directory.
        try? await administer("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
        return try result.get()
    }

    private func administer(_ sql: String) async throws {
        try await server.administer(sql)
    }
}

/// One migrated database per set of migrations.
private actor Templates {
    private var names: [String: Task<String, any Error>] = [:]

    func name(_ migrations: [PostgresMigration], schema: String, on server: PostgresCluster) async throws -> String {
        let key = ([schema] + migrations.map { "\($0)" }).joined(separator: "\u{0}")
        if let known = names[key] { return try await known.value }
        let name = "template_\(names.count + 1)"
        let task = Task {
            try await server.administer("CREATE DATABASE \(name)")
            let configuration = PostgresConfiguration(url: server.adminURL(database: name))
            _ = try await PostgresMigrator.apply(migrations, schema: schema, owner: nil, with: configuration)
            return name
        }
        names[key] = task
        return try await task.value
    }
}

extension PostgresCluster {
    /// Runs one statement as the superuser, on a connection of its own: CREATE DATABASE wants no company.
    fileprivate func administer(_ sql: String) async throws {
        let database = PostgresDatabase(configuration: PostgresConfiguration(url: adminURL()))
        do {
            try await database.execute(PostgresQuery(unsafeSQL: sql))
        } catch {
            await database.shutdown()
            throw error
        }
        await database.shutdown()
    }
}
