import Logging
import Messaging
import Postgres
import TestKit
import Testing

@testable import ServiceKit

@Suite struct HealthTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let migrations = [PostgresMigration(name: "0001_create_things.sql", sql: "CREATE TABLE things (id int)")]

    @Test func nothingIsReadyBeforeTheFirstAnswer() {
        let database = PostgresDatabase(configuration: PostgresConfiguration(url: "postgresql://127.0.0.1:1/none"))
        #expect(!Health(database: database, migrations: [], logger: logger).problems.isEmpty)
    }

    @Test func pendingMigrationsAreNamedUntilTheyAreApplied() async throws {
        try await TestDatabase.with { database, test in
            let health = Health(database: database, migrations: MessagingMigrations.all + migrations, logger: logger)
            let names = MessagingMigrations.all.map(\.name) + ["0001_create_things.sql"]
            #expect(await #expect(throws: PendingMigrations.self) { try await health.check() }?.names == names)

            _ = try await PostgresMigrator.apply(
                MessagingMigrations.all, schema: "test", with: test.configuration)
            let error = await #expect(throws: PendingMigrations.self) { try await health.check() }
            #expect(
                error?.description
                    == "1 of its migrations is pending (0001_create_things.sql): run `caravan migrate`.")
            #expect(health.problems == [error?.description])

            _ = try await PostgresMigrator.apply(migrations, schema: "test", with: test.configuration)
            try await health.check()
            #expect(health.problems.isEmpty)
        }
    }

    @Test func anUnreachableDatabaseIsAProblemAndNoHang() async throws {
        let database = PostgresDatabase(configuration: PostgresConfiguration(url: "postgresql://127.0.0.1:1/none"))
        let health = Health(database: database, migrations: [], patience: .milliseconds(200), logger: logger)
        await #expect(throws: PostgresError.self) { try await health.check() }
        #expect(health.problems == ["The database does not answer."])
        await database.shutdown()
    }

    @Test func aBusyPoolStaysReady() async throws {
        try await TestDatabase.with { _, test in
            var configuration = test.configuration
            configuration.maximumConnections = 1
            let database = PostgresDatabase(configuration: configuration)
            let health = Health(database: database, migrations: [], patience: .seconds(2), logger: logger)
            try await health.check()
            try await database.withConnection { _ in try await health.check() }
            #expect(health.problems.isEmpty)
            await database.shutdown()
        }
    }

    @Test func aShutdownEndsReadiness() async throws {
        try await TestDatabase.with { database, _ in
            let health = Health(database: database, migrations: [], logger: logger)
            try await health.check()
            health.beginShutdown()
            try await health.check()
            #expect(health.problems == ["The service is shutting down."])
        }
    }
}
