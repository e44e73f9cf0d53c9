import Postgres
import TestKit

extension PostgresMigration {
    static let people = PostgresMigration(
        name: "0001_create_people.sql",
        sql: """
            CREATE TABLE people (
                name text PRIMARY KEY CHECK (name <> ''),
                age int,
                friend text REFERENCES people DEFERRABLE INITIALLY DEFERRED
            );
            CREATE INDEX people_by_age ON people (age);
            """)
}

extension TestDatabase {
    /// A pool that shows by its statistics whether its only connection was replaced. The test shuts it down.
    func singleConnection(_ change: (inout PostgresConfiguration) -> Void = { _ in }) -> PostgresDatabase {
        var configuration = configuration
        configuration.maximumConnections = 1
        change(&configuration)
        return PostgresDatabase(configuration: configuration)
    }
}

extension PostgresDatabase {
    /// The column `value` of the first row.
    func value<T: PostgresDecodable & Sendable>(
        _ query: PostgresQuery, as type: T.Type = T.self, file: String = #fileID, line: Int = #line
    ) async throws -> T? {
        try await self.query(query, file: file, line: line).first.map { try $0["value"] }
    }

    func names() async throws -> [String] {
        try await query("SELECT name FROM people ORDER BY name").map { try $0["name"] }
    }

    /// How many sessions of this database are busy with a statement that contains this text (other than this one).
    func running(_ text: String) async throws -> Int {
        let row = try await query(
            """
            SELECT count(*) AS n FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
                AND position(\(text) in query) > 0
            """
        ).first
        return try row?["n"] ?? 0
    }
}
