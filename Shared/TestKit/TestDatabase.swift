public import LocalStack
public import Postgres

/// A fresh database on a private Postgres server, cloned from a migrated template.
public struct TestDatabase: Sendable {
    /// Connects as the superuser, with the migrated schema as search path.
    public let configuration: PostgresConfiguration
    /// The same as a URL, for what takes one; without the search path.
    public let url: String
    /// The server below. Restart only one that is not shared: `TestDatabase.with(on: TestCluster.start(), …)`.
    public let cluster: PostgresCluster

    /// Lends a database to `body` and drops it afterwards.
    /// - Parameters:
    ///   - cluster: the server; nil is the one that all tests share.
    ///   - migrations: applied once per process and set; every database is a copy.
    ///   - schema: where they go; it is also the search path of the lent pool.
    public static func with<R: Sendable>(
        on cluster: TestCluster? = nil, migrations: [PostgresMigration] = [], schema: String = "test",
        _ body: (PostgresDatabase, TestDatabase) async throws -> R
    ) async throws -> R {
        let cluster = if let cluster { cluster } else { try await TestCluster.shared() }
        return try await cluster.withDatabase(migrations: migrations, schema: schema) { name in
            let url = cluster.server.adminURL(database: name)
            var configuration = PostgresConfiguration(url: url)
            configuration.searchPath = schema
            let test = TestDatabase(configuration: configuration, url: url, cluster: cluster.server)
            let database = PostgresDatabase(configuration: configuration)
            let result: Result<R, any Error>
            do { result = .success(try await body(database, test)) } catch { result = .failure(error) }
            await database.shutdown()
            return try result.get()
        }
    }
}
