import FoundationEssentials
import Postgres
import TestKit
import Testing

/// Single statements against a real server.
@Suite struct StatementTests {
    enum Colour: String, PostgresCodable { case red, green }

    @Test func valuesComeBackAsTheyWent() async throws {
        try await TestDatabase.with { database, _ in
            let id = UUID()
            let bytes: [UInt8] = Array(0...255)
            let texts: [String?] = ["", "a,b", "\"q\"", "\\", nil, "NULL", "é🎉\n\t"]
            let rows = try await database.query(
                """
                SELECT \(id)::uuid AS id, \(bytes)::bytea AS bytes, \(texts)::text[] AS texts, \("é'\"\\")::text AS text,
                    \(Int.min)::bigint AS small, \(Int16.max)::smallint AS short, \(true) AND true AS yes,
                    \(-0.1)::float8 AS fraction, \(Double.infinity)::float8 AS infinite, \(nil as Int?)::int AS nothing,
                    \(Colour.green)::text AS colour, \([1, 2, 3])::int[] AS numbers, \([id])::uuid[] AS ids,
                    \([bytes, []])::bytea[] AS blobs, ''::text AS empty
                """)
            let row = try #require(rows.first)
            #expect(rows.count == 1)
            #expect(try row["id"] == id)
            #expect(try row["bytes"] == bytes)
            #expect(try row["texts"] == texts)
            #expect(try row["text"] == "é'\"\\")
            #expect(try row["small"] == Int.min)
            #expect(try row["short"] == Int16.max)
            #expect(try row["yes"] == true)
            #expect(try row["fraction"] == -0.1)
            #expect(try row["infinite"] == Double.infinity)
            #expect(try row["nothing", as: Int?.self] == nil)
            #expect(try row["colour"] == Colour.green)
            #expect(try row["numbers"] == [1, 2, 3])
            #expect(try row["ids"] == [id])
            #expect(try row["blobs"] == [bytes, []])
            #expect(try row["empty", as: String?.self] == "")
        }
    }

    @Test func manyRowsAreACollection() async throws {
        try await TestDatabase.with { database, _ in
            let rows = try await database.query("SELECT n FROM generate_series(1, \(10_000)) n")
            #expect(try rows.map { try $0["n", as: Int.self] } == Array(1...10_000))
            #expect(try await database.query("SELECT 1 AS one WHERE false").first == nil)
        }
    }

    @Test(arguments: [
        "", "01900000-0000-7000-8000-00000000000", "01900000-0000-7000-8000-0000000000000",
        "0190000000000-7000-8000-0000000000001", "01900000-0000-7000-8000-00000000000g",
    ])
    func whatIsNoUUIDIsRefused(text: String) {
        #expect(throws: (any Error).self) { try UUID(postgresText: text) }
    }

    @Test func tellsWhatIsWrongWithAColumnButNotItsValue() async throws {
        try await TestDatabase.with { database, _ in
            let rows = try await database.query("SELECT 'secret' AS a, NULL::int AS b")
            let row = try #require(rows.first)
            for (column, complaint) in [("a", "not of type Int"), ("b", "NULL"), ("c", "no column")] {
                let error = #expect(throws: PostgresError.self) { try row[column, as: Int.self] }
                #expect(error?.code == .decoding)
                #expect(error?.message.contains(complaint) == true)
                #expect(error.map { "\($0)".contains("secret") } == false)
            }
        }
    }

    @Test func errorsCarryTheStatementButNoValues() async throws {
        try await TestDatabase.with { database, _ in
            let query: PostgresQuery = "SELECT \("secret")::int"
            let line = #line + 1
            let error = await #expect(throws: PostgresError.self) { try await database.query(query) }
            #expect(error?.sqlState == "22P02")
            #expect(error?.query == "SELECT $1::int")
            #expect(error?.line == line)
            #expect(error?.file?.hasSuffix("StatementTests.swift") == true)
        }
    }

    @Test func mapsViolatedConstraints() async throws {
        struct Taken: Error {}
        try await TestDatabase.with(migrations: [.people]) { database, _ async throws in
            func insert(_ name: String) async throws -> Int {
                try await database.execute(
                    ("INSERT INTO people (name) VALUES (\(name))" as PostgresQuery)
                        .throwing(Taken(), onViolationOf: "people_pkey"))
            }
            #expect(try await insert("Ann") == 1)
            await #expect(throws: Taken.self) { try await insert("Ann") }
            let error = await #expect(throws: PostgresError.self) { try await insert("") }
            #expect(error?.sqlState == .checkViolation)
            #expect(error?.constraint == "people_name_check")
            #expect(try await database.execute("UPDATE people SET age = \(3) WHERE name = ANY(\(["Ann", "Bob"]))") == 1)
        }
    }

    @Test func aTextWithNULIsRefusedBeforeItIsCut() async throws {
        try await TestDatabase.with { database, _ in
            let query: PostgresQuery = "SELECT \("a\u{0}b")::text"
            let single = await #expect(throws: PostgresError.self) { try await database.query(query) }
            #expect(single?.sqlState == .characterNotInRepertoire)
            let queued = await #expect(throws: PostgresError.self) {
                try await database.withTransaction { $0.send(query) }
            }
            #expect(queued?.sqlState == .characterNotInRepertoire)
        }
    }

    @Test func aFailedPrepareDoesNotPoisonTheStatement() async throws {
        try await TestDatabase.with { _, test in
            let database = test.singleConnection()
            for _ in 0..<2 {
                let error = await #expect(throws: PostgresError.self) { try await database.query("SELECT n FROM late") }
                #expect(error?.sqlState == .undefinedTable)
            }
            try await database.execute("CREATE TABLE late (n int)")
            #expect(try await database.query("SELECT n FROM late").isEmpty)
            #expect(database.statistics.connectionsOpened == 1, "the connection stays good")
            await database.shutdown()
        }
    }

    @Test func survivesATableChangedUnderAPreparedStatement() async throws {
        try await TestDatabase.with { _, test in
            let database = test.singleConnection()
            func star() async throws -> PostgresRows { try await database.query("SELECT * FROM shape") }
            try await database.execute("CREATE TABLE shape (a int)")
            _ = try await star()
            try await database.execute("ALTER TABLE shape ADD b int")
            _ = try await star()
            try await database.execute("ALTER TABLE shape ADD c int")
            try await database.withTransaction { transaction in
                transaction.send("INSERT INTO shape (a) VALUES (1)")
                _ = try await transaction.query("SELECT * FROM shape")
            }
            #expect(try await star().count == 1)
            try await database.execute("DEALLOCATE ALL")
            #expect(try await star().count == 1)
            #expect(database.statistics.connectionsOpened == 1)
            await database.shutdown()
        }
    }

    @Test func moreStatementsThanTheCacheHolds() async throws {
        try await TestDatabase.with { _, test in
            let database = test.singleConnection()
            for round in 0..<2 {
                for number in 0..<300 {
                    // A literal per number would be the way not to do it; here it fills the cache.
                    let query = PostgresQuery(stringLiteral: "SELECT \(number) AS n")
                    let row = try #require(try await database.query(query).first)
                    #expect(try row["n"] == number, "round \(round)")
                }
            }
            let prepared = try await database.query("SELECT count(*) AS n FROM pg_prepared_statements")
            #expect(try prepared.first?["n"] == 256)
            await database.shutdown()
        }
    }

    @Test func sessionsHaveTheAgreedSettings() async throws {
        try await TestDatabase.with { _, test in
            var configuration = test.configuration
            configuration.applicationName = "the-app"
            configuration.statementTimeout = .milliseconds(1234)
            configuration.searchPath = "a, \"b c\""
            configuration.url += "&options=-c%20work_mem%3D5MB"
            let database = PostgresDatabase(configuration: configuration)
            for (name, value) in [
                ("TimeZone", "UTC"), ("DateStyle", "ISO, MDY"), ("application_name", "the-app"),
                ("statement_timeout", "1234ms"), ("search_path", "a, \"b c\""), ("client_encoding", "UTF8"),
                ("work_mem", "5MB"),
            ] {
                let row = try await database.query("SELECT current_setting(\(name)) AS value").first
                #expect(try row?["value"] == value)
            }
            await database.shutdown()
        }
    }
}
