import TestKit
import Testing

@testable import Postgres

@Suite struct PlanAgeTests {
    @Test func plansLiveTwiceAsLongEachTimeAndAMinuteAtMost() {
        let start = ContinuousClock.now
        var age = PlanAge(since: start)
        let ends = (1...400).filter { age.isOver(at: start + .seconds($0)) }
        #expect(ends == [1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363])
    }

    @Test func aPauseBeginsWhenThePlansAreDropped() {
        let start = ContinuousClock.now
        var age = PlanAge(since: start)
        let ends = [100, 101, 102].filter { age.isOver(at: start + .seconds($0)) }
        #expect(ends == [100, 102])
    }

    /// One page is quicker to read as a whole than by an index; nobody analyzes the table once it has many.
    @Test func aTableThatGrowsIsPlannedForAnew() async throws {
        try await TestDatabase.with { _, test in
            let database = test.singleConnection()
            for sql in [
                "CREATE TABLE things (account int, id int, colour int) WITH (autovacuum_enabled = off)",
                "CREATE INDEX things_id ON things (account, id)",
                "INSERT INTO things VALUES (1, 1, 1)", "ANALYZE things",
            ] { try await database.execute(PostgresQuery(unsafeSQL: sql)) }
            func find() async throws {
                _ = try await database.query("SELECT colour FROM things WHERE account = \(1) AND id = \(2)")
            }
            func plan() async throws -> String {
                let name = try await database.value(
                    "SELECT name AS value FROM pg_prepared_statements WHERE statement LIKE 'SELECT colour%'",
                    as: String.self)
                let rows = try await database.query(
                    PostgresQuery(unsafeSQL: "EXPLAIN EXECUTE \(try #require(name))('1', '2')"))
                return try rows.map { try $0["QUERY PLAN", as: String.self] }.joined(separator: "\n")
            }
            for _ in 1...6 { try await find() }
            #expect(try await plan().contains("Seq Scan"))
            try await database.execute(
                "INSERT INTO things SELECT 1, n, n FROM generate_series(2, 20000) AS n")
            try await eventually("the plan is made anew") { try await plan().contains("things_id") }
            await database.shutdown()
        }
    }
}
