import Postgres
import Synchronization
import TestKit
import Testing

@Suite struct CommitGroupTests {
    struct NameTaken: Error {}

    /// Two are on their way and held up; whoever comes then is the third flight.
    @Test func thoseWhoWaitAreCommittedTogether() async throws {
        try await withGate(names: (1...20).map { "p\($0)" }) { _, _ in
        } afterwards: { database, inserts in
            for insert in inserts { try await insert.value }
            #expect(try await database.names().count == 20)
            let commits: Int? = try await database.value("SELECT count(DISTINCT xmin::text) AS value FROM people")
            #expect(commits == 3)
        }
    }

    @Test func oneThatIsRefusedSpoilsNoOther() async throws {
        let names = (1...10).map { "p\($0)" }
        try await withGate(names: names + ["p1", ""]) { _, _ in
        } afterwards: { database, inserts async throws in
            var refusals: [any Error] = []
            for insert in inserts {
                do { try await insert.value } catch { refusals.append(error) }
            }
            #expect(refusals.count == 2)
            #expect(refusals.contains { $0 is NameTaken })
            #expect(refusals.contains { ($0 as? PostgresError)?.constraint == "people_name_check" })
            #expect(try await database.names() == names.sorted())
        }
    }

    @Test func whoIsCancelledWhileWaitingIsLeftOut() async throws {
        try await withGate(names: (1...5).map { "p\($0)" }) { _, inserts async throws in
            inserts[4].cancel()
            let error = await #expect(throws: PostgresError.self) { try await inserts[4].value }
            #expect(error?.code == .cancelled)
        } afterwards: { database, inserts in
            for insert in inserts[..<4] { try await insert.value }
            #expect(try await database.names() == ["p1", "p2", "p3", "p4"])
        }
    }

    /// Whether it was committed is not known then, so that it must not be tried again.
    @Test func whoIsOnALostConnectionHearsOfIt() async throws {
        try await withGate(names: (1...5).map { "p\($0)" }) { database, inserts async throws in
            try await database.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
                    AND position('INSERT INTO people' in query) > 0
                """)
            for insert in inserts[..<2] { await #expect(throws: PostgresError.self) { try await insert.value } }
        } afterwards: { database, inserts in
            for insert in inserts[2...] { try await insert.value }
            #expect(try await database.names() == ["p3", "p4", "p5"])
        }
    }

    /// Adds people, each in a transaction of its own, while a lock holds the first two up.
    ///
    /// - Parameters:
    ///   - whileHeld: Called while all of them wait.
    ///   - afterwards: Called when the lock is gone.
    private func withGate(
        names: [String], whileHeld: (PostgresDatabase, [Task<Void, any Error>]) async throws -> Void,
        afterwards: (PostgresDatabase, [Task<Void, any Error>]) async throws -> Void
    ) async throws {
        try await TestDatabase.with(migrations: [.people]) { database, _ in
            let inserts = try await database.withTransaction { gate in
                try await gate.execute("LOCK TABLE people IN SHARE MODE")
                var inserts: [Task<Void, any Error>] = []
                for (index, name) in names.enumerated() {
                    inserts.append(Task { try await Self.insert(name, into: database) })
                    guard index < 2 else { continue }
                    try await eventually("held up") { try await database.running("INSERT INTO people") == index + 1 }
                }
                try await eventually("the others wait") { database.statistics.gathering == names.count - 2 }
                try await whileHeld(database, inserts)
                return inserts
            }
            try await afterwards(database, inserts)
        }
    }

    private static func insert(_ name: String, into database: PostgresDatabase) async throws {
        try await database.withTransaction { transaction in
            transaction.shareCommit()
            transaction.send(
                ("INSERT INTO people (name) VALUES (\(name))" as PostgresQuery)
                    .throwing(NameTaken(), onViolationOf: "people_pkey"))
        }
    }
}
