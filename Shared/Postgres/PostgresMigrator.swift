/// Brings a schema up to date.
public enum PostgresMigrator {
    /// Applies what the schema's ledger `schema_migrations` doesn't have yet, each migration in one transaction with
    /// its line in the ledger. Several processes may do so at once: an advisory lock lets one after the other.
    /// Names in the ledger that are not given, from a newer release, are left alone.
    ///
    /// - Parameters:
    ///   - schema: created if missing; it is the `search_path` of the migrations.
    ///   - owner: the role that owns the schema and everything the migrations make; nil is the connecting role.
    ///   - configuration: connects as a role that may act as `owner`. Timeouts of statements don't apply.
    /// - Returns: the names of the newly applied migrations.
    /// - Throws: ``PostgresMigrationError``; ``PostgresError`` of the failed migration, which had no effect.
    @discardableResult
    public static func apply(
        _ migrations: [PostgresMigration], schema: String, owner: String? = nil,
        with configuration: PostgresConfiguration
    ) async throws -> [String] {
        let migrations = try PostgresMigration.validate(migrations)
        var configuration = configuration
        configuration.maximumConnections = 1
        configuration.statementTimeout = .zero
        let database = PostgresDatabase(configuration: configuration)
        let result = await Result {
            try await database.withConnection { connection in
                try await prepare(connection, schema: schema, owner: owner)
                return try await apply(migrations, on: connection)
            }
        }
        // Also ends the session and with it the lock and the role.
        await database.shutdown()
        return try result.get()
    }

    private static func prepare(_ connection: PostgresConnection, schema: String, owner: String?) async throws {
        try await connection.execute("SELECT pg_advisory_lock(hashtextextended('schema_migrations.' || \(schema), 0))")
        let exists = try await connection.query(
            "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = \(schema)) AS schema_exists")
        if try exists.first?["schema_exists"] == false {
            let authorization = owner.map { " AUTHORIZATION \(quoted($0))" } ?? ""
            try await connection.execute(PostgresQuery(unsafeSQL: "CREATE SCHEMA \(quoted(schema))\(authorization)"))
        }
        if let owner {
            try await connection.execute(PostgresQuery(unsafeSQL: "SET ROLE \(quoted(owner))"))
        }
        try await connection.execute("SELECT set_config('search_path', \(quoted(schema)), false)")
        try await connection.script(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                name text PRIMARY KEY,
                checksum text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            )
            """)
    }

    private static func apply(
        _ migrations: [PostgresMigration], on connection: PostgresConnection
    ) async throws -> [String] {
        var applied: [String] = []
        for migration in migrations {
            // The server computes the checksum, which spares this module a cryptography library.
            let known = try await connection.query(
                """
                SELECT given.checksum, ledger.checksum AS recorded
                FROM (SELECT encode(sha256(convert_to(\(migration.sql), 'UTF8')), 'hex') AS checksum) given
                LEFT JOIN schema_migrations ledger ON ledger.name = \(migration.name)
                """)
            guard let row = known.first else { continue }
            let checksum: String = try row["checksum"]
            if let recorded: String = try row["recorded", as: String?.self] {
                guard recorded == checksum || migration.formerChecksums.contains(recorded) else {
                    throw PostgresMigrationError.checksumChanged(migration.name)
                }
                continue
            }
            try await connection.script("BEGIN")
            try await connection.script(migration.sql)
            try await connection.execute(
                "INSERT INTO schema_migrations (name, checksum) VALUES (\(migration.name), \(checksum))")
            try await connection.script("COMMIT")
            applied.append(migration.name)
        }
        return applied
    }

    private static func quoted(_ identifier: String) -> String {
        "\"" + identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

extension Result where Failure == any Error, Success: Sendable {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
