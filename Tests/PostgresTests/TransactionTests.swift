import Postgres
import Synchronization
import TestKit
import Testing

@Suite struct TransactionTests {
    struct Failure: Error, Equatable { var number = 0 }

    @Test func queuedStatementsTravelWithCommit() async throws {
        try await TestDatabase.with(migrations: [.people]) { database, _ in
            let result = try await database.withTransaction { transaction in
                transaction.send("INSERT INTO people (name) VALUES (\("Ann"))")
                transaction.send("INSERT INTO people (name) VALUES (\("Bob"))")
                #expect(!transaction.hasFlushed)
                #expect(database.statistics.leased == 0, "no connection is held before it is needed")
                return 7
            }
            #expect(result == 7)
            #expect(try await database.names() == ["Ann", "Bob"])
        }
    }

    @Test func anAwaitedStatementSeesWhatWasQueuedBefore() async throws {
        try await TestDatabase.with(migrations: [.people]) { database, _ in
            try await database.withTransaction { transaction in
                transaction.send("INSERT INTO people (name) VALUES ('Ann')")
                transaction.send("INSERT INTO people (name) VALUES ('Bob')")
                let row = try await transaction.query("SELECT count(*) AS n FROM people").first
                #expect(try row?["n"] == 2)
                #expect(transaction.hasFlushed)
                #expect(try await transaction.execute("UPDATE people SET age = 1") == 2)
                transaction.send("DELETE FROM people WHERE name = 'Bob'")
            }
            #expect(try await database.names() == ["Ann"])
        }
    }

    @Test func thePreambleTravelsFirst() async throws {
        try await TestDatabase.with(migrations: [.people]) { database, _ in
            let calls = Mutex(0)
            try await database.withTransaction { transaction in
                transaction.send("UPDATE people SET age = 9")
                transaction.preamble {
                    calls.withLock { $0 += 1 }
                    return "INSERT INTO people (name) VALUES (\(transaction.hasFlushed ? "late" : "early"))"
                }
                #expect(calls.withLock { $0 } == 0)
                _ = try await transaction.query("SELECT 1")
                #expect(calls.withLock { $0 } == 1)
                transaction.send("UPDATE people SET age = age + 1")
            }
            #expect(calls.withLock { $0 } == 1)
            let row = try #require(try await database.query("SELECT name, age FROM people").first)
            #expect(try row["name"] == "early")
            #expect(try row["age"] == 10)
            try await database.withTransaction { transaction in
                transaction.preamble { "DELETE FROM people" }
            }
            #expect(try await database.names() == [])
        }
    }

    @Test func afterCommitRunsOnceAndOnlyThen() async throws {
        try await TestDatabase.with(migrations: [.people]) { database, _ in
            let log = Mutex<[String]>([])
            try await database.withTransaction { transaction in
                transaction.afterCommit { log.withLock { $0.append("first") } }
                transaction.send("INSERT INTO people (name) VALUES ('Ann')")
                transaction.afterCommit { log.withLock { $0.append("second") } }
                _ = try await transaction.query("SELECT 1")
                #expect(log.withLock { $0.isEmpty })
            }
            #expect(log.withLock { $0 } == ["first", "second"])
            await #expect(throws: PostgresError.self) {
                try await database.withTransaction { transaction in
                    transaction.afterCommit { log.withLock { $0.append("never") } }
                    transaction.send("INSERT INTO people (name) VALUES ('Ann')")
                }
            }
            #expect(log.withLock { $0.count } == 2)
        }
    }

    @Test func anErrorOfAQueuedStatementIsThrownAtTheNextAwaitAndNamesIt() async throws {
        try await TestDatabase.with(migrations: [.people]) { database, _ async throws in
            let error = await #expect(throws: PostgresError.self) {
                try await database.withTransaction { transaction in
                    transaction.send("INSERT INTO people (name) VALUES ('Ann')")
                    transaction.send("INSERT INTO people (name) VALUES (\(""))")
                    transaction.send("INSERT INTO people (name) VALUES ('Bob')")
                    _ = try await transaction.query("SELECT 1")
                    Issue.record("not reached")
                }
            }
            #expect(error?.constraint == "people_name_check")
            #expect(error?.query == "INSERT INTO people (name) VALUES ($1)")
            #expect(try await database.names() == [])
            #expect(database.statistics.connectionsOpened == 1, "the connection was rolled back, not thrown away")
        }
    }

    @Test func mapsViolationsOfQueuedStatements() async throws {
        try await TestDatabase.with(migrations: [.people]) { database, _ in
            for expected in [nil, Failure(number: 1)] {
                let thrown = Mutex<Failure?>(nil)
                do {
                    try await database.withTransaction { transaction in
                        transaction.send("SELECT 1")
                        transaction.send(
                            ("INSERT INTO people (name) VALUES ('Ann')" as PostgresQuery)
                                .throwing(Failure(number: 1), onViolationOf: "people_pkey"))
                    }
                } catch let failure as Failure {
                    thrown.withLock { $0 = failure }
                }
                #expect(thrown.withLock { $0 } == expected)
            }
        }
    }

    @Test func theBodysOwnErrorRollsBackAndIsRethrown() async throws {
        try await TestDatabase.with(migrations: [.people]) { database, _ async throws in
            await #expect(throws: Failure(number: 5)) {
                try await database.withTransaction { transaction in
                    try await transaction.execute("INSERT INTO people (name) VALUES ('Ann')")
                    throw Failure(number: 5)
                }
            }
            await #expect(throws: Failure(number: 6)) {
                try await database.withTransaction { transaction in
                    transaction.send("INSERT INTO people (name) VALUES ('Bob')")
                    throw Failure(number: 6)
                }
            }
            #expect(try await database.names() == [])
            #expect(database.statistics.connectionsOpened == 1)
            #expect(database.statistics.idle == 1)
        }
    }

    @Test func aSwallowedErrorDoesNotLookLikeACommit() async throws {
        try await TestDatabase.with(migrations: [.people]) { database, _ async throws in
            let error = await #expect(throws: PostgresError.self) {
                try await database.withTransaction { transaction in
                    transaction.send("INSERT INTO people (name) VALUES ('Ann')")
                    _ = try? await transaction.query("SELECT 1/0")
                    _ = try? await transaction.query("SELECT 2")
                }
            }
            #expect(error?.sqlState == "22012")
            #expect(try await database.names() == [])
        }
    }

    @Test func aDeferredConstraintFailsAtCommit() async throws {
        struct NoSuchFriend: Error {}
        try await TestDatabase.with(migrations: [.people]) { database, _ async throws in
            let error = await #expect(throws: PostgresError.self) {
                try await database.withTransaction { transaction in
                    transaction.send("INSERT INTO people (name, friend) VALUES ('Ann', 'nobody')")
                }
            }
            #expect(error?.constraint == "people_friend_fkey")
            #expect(try await database.names() == [])
        }
    }

    @Test func isolationLevels() async throws {
        try await TestDatabase.with(migrations: [.people]) { database, _ in
            for (level, name) in [
                (PostgresIsolation.readCommitted, "read committed"), (.repeatableRead, "repeatable read"),
                (.serializable, "serializable"),
            ] {
                let shown: String? = try await database.withTransaction(level) { transaction in
                    try await transaction.query("SELECT current_setting('transaction_isolation') AS level")
                        .first?["level"]
                }
                #expect(shown == name)
            }
        }
    }

    @Test func aSerializationFailureIsTransient() async throws {
        try await TestDatabase.with(migrations: [.people]) { database, _ in
            try await database.execute("INSERT INTO people (name, age) VALUES ('Ann', 1)")
            let error = await #expect(throws: PostgresError.self) {
                try await database.withTransaction(.repeatableRead) { transaction in
                    _ = try await transaction.query("SELECT age FROM people")
                    try await database.execute("UPDATE people SET age = 2")
                    transaction.send("UPDATE people SET age = 3")
                }
            }
            #expect(error?.sqlState == .serializationFailure)
            #expect(error?.isTransient == true)
        }
    }

    @Test func aPipelineLargerThanAllBuffersDoesNotStall() async throws {
        try await TestDatabase.with { database, _ in
            let text = String(repeating: "x", count: 10_000)
            // 20 MB each way: both ends would block if one didn't read while it writes.
            let row = try await database.withTransaction { transaction in
                for _ in 0..<2000 { transaction.send("SELECT \(text)::text AS echo") }
                return try await transaction.query("SELECT length(\(text)::text) AS n").first
            }
            #expect(try row?["n"] == 10_000)
        }
    }

    @Test func aTransactionIsOfNoUseWhenItIsOver() async throws {
        try await TestDatabase.with { database, _ in
            let leaked = try await database.withTransaction { transaction in
                try await transaction.execute("SELECT 1")
                return transaction
            }
            let error = await #expect(throws: PostgresError.self) { try await leaked.query("SELECT 1") }
            #expect(error?.code == .closed)
        }
    }

    @Test func twoStatementsAtATimeAreRefusedNotMixedUp() async throws {
        try await TestDatabase.with { database, _ async throws in
            let error = await #expect(throws: PostgresError.self) {
                try await database.withTransaction { transaction in
                    try await transaction.execute("SELECT 1")
                    async let first = transaction.query("SELECT pg_sleep(0.05)")
                    async let second = transaction.query("SELECT pg_sleep(0.05)")
                    _ = try await (first, second)
                }
            }
            #expect(error?.code == .misuse)
            #expect(try await database.value("SELECT 1 AS value") == 1)
        }
    }

    @Test func runsInTheCallersIsolation() async throws {
        try await TestDatabase.with(migrations: [.people]) { database, _ in
            let keeper = Keeper()
            try await keeper.add("Ann", to: database)
            #expect(await keeper.names == ["Ann"])
        }
    }

    private actor Keeper {
        private(set) var names: [String] = []

        func add(_ name: String, to database: PostgresDatabase) async throws {
            try await database.withTransaction { transaction in
                transaction.send("INSERT INTO people (name) VALUES (\(name))")
                names.append(name)
            }
        }
    }
}
