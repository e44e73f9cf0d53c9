import Postgres
public import Schema

/// Makes the database that the services share a server in: one role and one schema for each, which no other can see.
public struct DatabaseSetup: Sendable {
    private let admin: PostgresConfiguration
    private let database: String

    /// - Parameters:
    ///   - adminURL: a role that may create databases and roles, connected to any database but the new one.
    ///   - database: the database to make, a plain identifier.
    public init(adminURL: String, database: String = "caravan") {
        admin = PostgresConfiguration(url: adminURL)
        self.database = database
    }

    /// The role that a service connects as.
    public static func role(of service: ServiceName) -> String { "caravan_\(service.rawValue)" }

    /// Creates what is missing and sets the passwords; may be repeated.
    /// - Parameters:
    ///   - passwords: of each service's role.
    ///   - adminURL: the same role as `adminURL` of the initialiser, connected to the new database.
    public func prepare(passwords: [ServiceName: String], adminURL: String) async throws {
        try await with(admin) { server in
            let known = try await server.query("SELECT 1 AS one FROM pg_database WHERE datname = \(database)")
            if known.isEmpty {
                try await server.execute(PostgresQuery(unsafeSQL: "CREATE DATABASE \(database)"))
            }
            for (service, password) in passwords { try await createRole(of: service, password: password, on: server) }
        }
        try await with(PostgresConfiguration(url: adminURL)) { database in
            try await database.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
            try await database.execute(
                PostgresQuery(unsafeSQL: "REVOKE ALL ON DATABASE \(self.database) FROM PUBLIC"))
            for service in passwords.keys { try await createSchema(of: service, in: database) }
        }
    }

    private func createRole(of service: ServiceName, password: String, on server: PostgresDatabase) async throws {
        let role = Self.role(of: service)
        try await server.withTransaction { transaction in
            // The password travels as a bound value, so that no log and no error message quotes it.
            transaction.send("SELECT set_config('caravan.password', \(password), true)")
            try await transaction.execute(
                PostgresQuery(
                    unsafeSQL: """
                        DO $$ BEGIN
                            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '\(role)') THEN
                                CREATE ROLE \(role) LOGIN;
                            END IF;
                            EXECUTE format('ALTER ROLE \(role) PASSWORD %L', current_setting('caravan.password'));
                            -- An administrator who is no superuser must be a member to give the role a schema.
                            IF NOT pg_has_role('\(role)', 'MEMBER') THEN GRANT \(role) TO CURRENT_USER; END IF;
                        END $$
                        """))
        }
    }

    private func createSchema(of service: ServiceName, in database: PostgresDatabase) async throws {
        let role = Self.role(of: service)
        let schema = service.rawValue
        for statement in [
            "GRANT CONNECT ON DATABASE \(self.database) TO \(role)",
            "CREATE SCHEMA IF NOT EXISTS \(schema) AUTHORIZATION \(role)",
            "ALTER ROLE \(role) IN DATABASE \(self.database) SET search_path = \(schema)",
        ] {
            try await database.execute(PostgresQuery(unsafeSQL: statement))
        }
    }

    private func with<R: Sendable>(
        _ configuration: PostgresConfiguration, _ body: (PostgresDatabase) async throws -> R
    ) async throws -> R {
        let database = PostgresDatabase(configuration: configuration)
        let result: Result<R, any Error>
        do { result = .success(try await body(database)) } catch { result = .failure(error) }
        await database.shutdown()
        return try result.get()
    }
}
