import LocalStack
import Postgres
import Schema
import TestKit
import Testing

@Suite struct DatabaseSetupTests {
    private static let passwords = Dictionary(
        uniqueKeysWithValues: ServiceName.allCases.map { ($0, "it's \($0.rawValue)") })

    /// A service's role works in its own schema and can see nothing of any other.
    @Test func aRoleSeesItsOwnSchemaOnly() async throws {
        try await withPreparedDatabase { cluster, name in
            for service in ServiceName.allCases {
                try await with(cluster, name, service) { database in
                    try await database.execute("CREATE TABLE things (id int PRIMARY KEY)")
                    try await database.execute("INSERT INTO things VALUES (1)")
                    let rows = try await database.query("SELECT current_schema()::text AS schema")
                    #expect(try rows.first?["schema"] == service.rawValue)
                }
            }
            for service in ServiceName.allCases {
                try await with(cluster, name, service) { database in
                    for other in ServiceName.allCases where other != service {
                        await expectState(.insufficientPrivilege) {
                            _ = try await database.query(
                                PostgresQuery(unsafeSQL: "SELECT id FROM \(other.rawValue).things"))
                        }
                        await expectState(.insufficientPrivilege) {
                            try await database.execute(
                                PostgresQuery(unsafeSQL: "CREATE TABLE \(other.rawValue).intruder (id int)"))
                        }
                    }
                    await expectState(.insufficientPrivilege) {
                        try await database.execute("CREATE TABLE public.intruder (id int)")
                    }
                }
            }
        }
    }

    /// The second preparation finds everything, and a changed password counts from then on.
    @Test func preparingAgainChangesPasswordsOnly() async throws {
        try await withPreparedDatabase { cluster, name in
            try await with(cluster, name, .orders) { try await $0.execute("CREATE TABLE kept (id int)") }
            let setup = DatabaseSetup(adminURL: cluster.adminURL(), database: name)
            try await setup.prepare(passwords: [.orders: "new"], adminURL: cluster.adminURL(database: name))
            try await with(cluster, name, .orders) { _ = try await $0.query("SELECT id FROM kept") }
        }
    }

    private func withPreparedDatabase(_ body: (PostgresCluster, String) async throws -> Void) async throws {
        // Roles belong to the whole server, so these tests take one of their own.
        let cluster = try await TestCluster.start().server
        let name = "shared"
        try await DatabaseSetup(adminURL: cluster.adminURL(), database: name)
            .prepare(passwords: Self.passwords, adminURL: cluster.adminURL(database: name))
        try await body(cluster, name)
        await cluster.stop()
    }

    private func with(
        _ cluster: PostgresCluster, _ name: String, _ service: ServiceName,
        _ body: (PostgresDatabase) async throws -> Void
    ) async throws {
        let url = cluster.url(database: name, user: DatabaseSetup.role(of: service), password: nil)
        let database = PostgresDatabase(configuration: PostgresConfiguration(url: url))
        try await body(database)
        await database.shutdown()
    }
}

/// Expects a `PostgresError` with this SQLSTATE.
private func expectState(_ expected: SQLState, _ body: () async throws -> Void) async {
    do {
        try await body()
        Issue.record("nothing was refused")
    } catch let error as PostgresError {
        #expect(error.sqlState == expected)
    } catch {
        Issue.record(error)
    }
}
