import Postgres
import TestKit
import Testing

@Suite struct PostgresMigratorTests {
    private let more = PostgresMigration(name: "0002_add_email.sql", sql: "ALTER TABLE people ADD email text")

    @Test func appliesWhatIsNewOnce() async throws {
        try await TestDatabase.with { database, test in
            let configuration = test.configuration
            #expect(
                try await PostgresMigrator.apply([.people], schema: "shop", with: configuration)
                    == ["0001_create_people.sql"])
            #expect(
                try await PostgresMigrator.apply([more, .people], schema: "shop", with: configuration)
                    == ["0002_add_email.sql"])
            #expect(try await PostgresMigrator.apply([more, .people], schema: "shop", with: configuration) == [])
            // An older release starts beside a newer one.
            #expect(try await PostgresMigrator.apply([.people], schema: "shop", with: configuration) == [])
            #expect(try await database.query("SELECT email FROM shop.people").isEmpty)
            let ledger = try await database.query(
                "SELECT name FROM shop.schema_migrations WHERE length(checksum) = 64 ORDER BY name")
            #expect(try ledger.map { try $0["name"] } == ["0001_create_people.sql", "0002_add_email.sql"])
        }
    }

    @Test func refusesAChangedFile() async throws {
        try await TestDatabase.with { _, test in
            try await PostgresMigrator.apply([.people], schema: "shop", with: test.configuration)
            let changed = PostgresMigration(name: "0001_create_people.sql", sql: PostgresMigration.people.sql + "\n")
            await #expect(throws: PostgresMigrationError.checksumChanged("0001_create_people.sql")) {
                try await PostgresMigrator.apply([changed], schema: "shop", with: test.configuration)
            }
        }
    }

    @Test func acceptsATextItWasPublishedWithBefore() async throws {
        try await TestDatabase.with { database, test in
            try await PostgresMigrator.apply([.people], schema: "shop", with: test.configuration)
            let recorded = try await database.query("SELECT checksum FROM shop.schema_migrations")
            let changed = PostgresMigration(
                name: "0001_create_people.sql", sql: PostgresMigration.people.sql + "\n",
                formerChecksums: [try #require(recorded.first)["checksum"]])
            #expect(try await PostgresMigrator.apply([changed], schema: "shop", with: test.configuration) == [])
        }
    }

    @Test func aFailedMigrationHasNoEffect() async throws {
        try await TestDatabase.with { database, test in
            let broken = PostgresMigration(
                name: "0002_broken.sql", sql: "ALTER TABLE people ADD email text; ALTER TABLE nowhere ADD x int")
            let error = await #expect(throws: PostgresError.self) {
                try await PostgresMigrator.apply([.people, broken], schema: "shop", with: test.configuration)
            }
            #expect(error?.sqlState == .undefinedTable)
            let columns = try await database.query(
                "SELECT 1 FROM information_schema.columns WHERE table_schema = 'shop' AND column_name = 'email'")
            #expect(columns.isEmpty)
            #expect(
                try await PostgresMigrator.apply([.people, more], schema: "shop", with: test.configuration)
                    == ["0002_add_email.sql"])
        }
    }

    @Test func severalAtOnceApplyOnce() async throws {
        try await TestDatabase.with { _, test in
            let configuration = test.configuration
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<6 {
                    group.addTask { try await PostgresMigrator.apply([.people], schema: "shop", with: configuration) }
                }
                var all: [String] = []
                for try await names in group { all += names }
                return all
            }
            #expect(applied == ["0001_create_people.sql"])
        }
    }

    @Test func everythingBelongsToTheOwner() async throws {
        try await TestDatabase.with { database, test in
            // Roles belong to the server, which other tests share.
            let owner = "owner of \(test.url.split(separator: "/").last ?? "")"
            try await database.execute("CREATE ROLE \(unescaped: "\"\(owner)\"")")
            try await PostgresMigrator.apply([.people], schema: "Odd \"name", owner: owner, with: test.configuration)
            let owners = try await database.query(
                """
                SELECT DISTINCT pg_get_userbyid(owner) AS owner FROM (
                    SELECT relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE nspname = \("Odd \"name")
                    UNION ALL SELECT nspowner FROM pg_namespace WHERE nspname = \("Odd \"name")
                ) AS objects(owner)
                """)
            #expect(try owners.map { try $0["owner"] } == [owner])
            try await database.execute("DROP OWNED BY \(unescaped: "\"\(owner)\"")")
            try await database.execute("DROP ROLE \(unescaped: "\"\(owner)\"")")
        }
    }
}
