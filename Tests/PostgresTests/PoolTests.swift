import Glibc
import Postgres
import Synchronization
import TestKit
import Testing

/// The pool with real connections: leases, cancellation, time-outs, a server that goes away.
@Suite struct PoolTests {
    @Test func sharesFewConnectionsAmongManyTasks() async throws {
        try await TestDatabase.with(migrations: [.people]) { _, test in
            var configuration = test.configuration
            configuration.maximumConnections = 3
            let database = PostgresDatabase(configuration: configuration)
            #expect(database.statistics.open == 0, "nothing is opened before it is needed")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try await database.withTransaction { transaction in
                            transaction.send("INSERT INTO people (name) VALUES (\("p\(number)"))")
                            if number.isMultiple(of: 3) { try await transaction.execute("SELECT 1") }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.names().count == 200)
            #expect(database.statistics.connectionsOpened <= 3)
            #expect(database.statistics.leased == 0)
            #expect(database.statistics.waiting == 0)
            await database.shutdown()
            #expect(database.statistics.open == 0)
        }
    }

    @Test func aLeaseTimesOutAndTheNextWorks() async throws {
        try await TestDatabase.with { _, test in
            let database = test.singleConnection { $0.leaseTimeout = .seconds(2) }
            try await database.withConnection { connection in
                try await connection.execute("SELECT 1")
                let error = await #expect(throws: PostgresError.self) { try await database.query("SELECT 1") }
                #expect(error?.code == .leaseTimeout)
            }
            #expect(try await database.value("SELECT 1 AS value") == 1)
            #expect(database.statistics.leaseTimeouts == 1)
            await database.shutdown()
        }
    }

    @Test func aCancelledTaskStopsWaitingForAConnection() async throws {
        try await TestDatabase.with { _, test in
            let database = test.singleConnection()
            try await database.withConnection { _ in
                let waiting = Task { try await database.query("SELECT 1") }
                try await eventually("the task waits") { database.statistics.waiting == 1 }
                waiting.cancel()
                let error = await #expect(throws: PostgresError.self) { try await waiting.value }
                #expect(error?.code == .cancelled)
            }
            #expect(database.statistics.waiting == 0)
            await database.shutdown()
        }
    }

    /// A stopped process hears of no cancellation, but its kernel goes on acknowledging what it is sent.
    @Test func cancellationEndsTheWaitForAServerThatHangs() async throws {
        try await TestDatabase.with { database, test in
            let hanging = test.singleConnection()
            let pid = try #require(try await hanging.value("SELECT pg_backend_pid() AS value", as: Int32.self))
            let task = Task { try await hanging.execute("SELECT pg_sleep(600) -- on a server that hangs") }
            try await eventually("it runs") { try await database.running("on a server that hangs") == 1 }
            try #require(kill(pid, SIGSTOP) == 0)
            defer { kill(pid, SIGCONT) }
            task.cancel()
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(try await hanging.value("SELECT 1 AS value") == 1, "another connection takes its place")
            await hanging.shutdown()
        }
    }

    @Test func aRollbackDoesNotWaitForAServerThatHangs() async throws {
        struct Failure: Error {}
        try await TestDatabase.with { _, test in
            let hanging = test.singleConnection()
            var pid: Int32 = 0
            defer { kill(pid, SIGCONT) }
            await #expect(throws: Failure.self) {
                try await hanging.withTransaction { transaction in
                    let row = try await transaction.query("SELECT pg_backend_pid() AS value").first
                    pid = try #require(try row?["value", as: Int32.self])
                    try #require(kill(pid, SIGSTOP) == 0)
                    throw Failure()
                }
            }
            await hanging.shutdown()
        }
    }

    @Test func cancellationStopsTheStatementOnTheServer() async throws {
        try await TestDatabase.with(migrations: [.people]) { database, _ in
            let task = Task {
                try await database.withTransaction { transaction in
                    transaction.send("INSERT INTO people (name) VALUES ('Ann')")
                    try await transaction.execute("SELECT pg_sleep(600) -- to be cancelled")
                }
            }
            try await eventually("it runs") { try await database.running("to be cancelled") == 1 }
            task.cancel()
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            try await eventually("it is gone") { try await database.running("to be cancelled") == 0 }
            #expect(try await database.names() == [])
            #expect(database.statistics.leased == 0)
        }
    }

    @Test func aCancelledTaskSendsNothingButRollsBack() async throws {
        try await TestDatabase.with(migrations: [.people]) { _, test async throws in
            let database = test.singleConnection()
            let task = Task {
                try await database.withTransaction { transaction in
                    try await transaction.execute("INSERT INTO people (name) VALUES ('Ann')")
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(try await database.names() == [])
            #expect(database.statistics.connectionsOpened == 1, "nothing was under way that had to be cut off")
            await database.shutdown()
        }
    }

    @Test func theServerEndsAStatementThatTakesTooLong() async throws {
        try await TestDatabase.with { _, test async throws in
            let database = test.singleConnection { $0.statementTimeout = .milliseconds(20) }
            let error = await #expect(throws: PostgresError.self) { try await database.query("SELECT pg_sleep(600)") }
            #expect(error?.sqlState == .queryCanceled)
            #expect(error?.isTransient == false)
            #expect(try await database.value("SELECT 1 AS value") == 1)
            #expect(database.statistics.connectionsOpened == 1)
            await database.shutdown()
        }
    }

    @Test func aConnectionLeftInATransactionIsNotReused() async throws {
        try await TestDatabase.with(migrations: [.people]) { _, test in
            let database = test.singleConnection()
            try await database.withConnection { connection in
                try await connection.script("BEGIN; INSERT INTO people (name) VALUES ('Ann')")
            }
            #expect(try await database.names() == [])
            #expect(database.statistics.connectionsOpened == 2)
            await database.shutdown()
        }
    }

    @Test func aLeaseThatThrowsTakesItsSessionAlong() async throws {
        struct Failure: Error {}
        try await TestDatabase.with { database, _ in
            await #expect(throws: Failure.self) {
                try await database.withConnection { connection in
                    try await connection.execute("SELECT pg_advisory_lock(1)")
                    throw Failure()
                }
            }
            try await eventually("the lock is free") {
                try await database.value("SELECT pg_try_advisory_xact_lock(1) AS value") == true
            }
        }
    }

    @Test func aLeasedSessionIsOneSession() async throws {
        try await TestDatabase.with(migrations: [.people]) { database, _ in
            let leaked = try await database.withConnection { connection in
                try await connection.script("CREATE TEMPORARY TABLE mine (n int); INSERT INTO mine VALUES (1), (2)")
                #expect(try await connection.execute("UPDATE mine SET n = n + 1") == 2)
                try await connection.withTransaction { transaction in
                    transaction.send("INSERT INTO people (name) SELECT 'p' || n FROM mine")
                }
                await #expect(throws: PostgresError.self) {
                    try await connection.withTransaction { transaction in
                        transaction.send("DELETE FROM people")
                        try await transaction.execute("SELECT 1/0")
                    }
                }
                let failure = await #expect(throws: PostgresError.self) {
                    try await connection.script("SELECT 1; WHAT")
                }
                #expect(failure?.sqlState == .syntaxError)
                #expect(try await connection.query("SELECT n FROM mine").count == 2)
                return connection
            }
            #expect(try await database.names() == ["p2", "p3"])
            let error = await #expect(throws: PostgresError.self) { try await leaked.query("SELECT 1") }
            #expect(error?.code == .closed)
        }
    }

    @Test func anIdleConnectionIsClosedAfterAWhile() async throws {
        try await TestDatabase.with { _, test in
            let database = test.singleConnection { $0.idleTimeout = .milliseconds(20) }
            try await database.execute("SELECT 1")
            try await eventually("it is closed") { database.statistics.connectionsClosed == 1 }
            #expect(database.statistics.open == 0)
            try await database.execute("SELECT 1")
            await database.shutdown()
        }
    }

    @Test func aTerminatedConnectionIsReplacedUnnoticed() async throws {
        try await TestDatabase.with { database, test in
            let victim = test.singleConnection { $0.applicationName = "victim" }
            try await victim.execute("SELECT 1")
            // Not waiting for the pool to notice is the point.
            for _ in 0..<20 {
                try await database.execute(
                    """
                    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                    WHERE application_name = 'victim' AND datname = current_database()
                    """)
                #expect(try await victim.value("SELECT 1 AS value") == 1)
            }
            await victim.shutdown()
        }
    }

    @Test func aConnectionLostInATransactionIsATransientError() async throws {
        try await TestDatabase.with(migrations: [.people]) { database, test async throws in
            let victim = test.singleConnection()
            let error = await #expect(throws: PostgresError.self) {
                try await victim.withTransaction { transaction in
                    let row = try await transaction.query("SELECT pg_backend_pid() AS pid").first
                    let pid: Int = try #require(try row?["pid"])
                    transaction.send("INSERT INTO people (name) VALUES ('Ann')")
                    try await database.execute("SELECT pg_terminate_backend(\(pid), 5000)")
                }
            }
            #expect(error?.isTransient == true)
            #expect(try await victim.names() == [])
            await victim.shutdown()
        }
    }

    @Test func survivesACrashOfTheServer() async throws {
        let cluster = try await TestCluster.start()
        try await TestDatabase.with(on: cluster, migrations: [.people]) { database, test in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        try await database.execute("INSERT INTO people (name) VALUES (\("before\(number)"))")
                    }
                }
                try await group.waitForAll()
            }
            let underWay = Task { try await database.query("SELECT pg_sleep(600) -- under way") }
            try await eventually("it runs") { try await database.running("under way") == 1 }
            try await test.cluster.restart(.immediate)
            let error = await #expect(throws: PostgresError.self) { try await underWay.value }
            #expect(error?.isTransient == true)
            // Every connection is dead, and nobody notices.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        try await database.execute("INSERT INTO people (name) VALUES (\("after\(number)"))")
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.names().count == 16)

            // While it is down, a lease waits for it to come back.
            await test.cluster.stop(.immediate)
            let patient = Task { try await database.names() }
            try await eventually("it tries to connect") { database.statistics.connectFailures > 0 }
            try await test.cluster.start()
            #expect(try await patient.value.count == 16)
        }
        await cluster.server.stop()
    }

    @Test func saysWhyItCannotConnect() async throws {
        try await TestDatabase.with { _, test in
            var configuration = test.configuration
            configuration.url = test.cluster.adminURL(database: "nowhere")
            let elsewhere = PostgresDatabase(configuration: configuration)
            let missing = await #expect(throws: PostgresError.self) { try await elsewhere.query("SELECT 1") }
            #expect(missing?.sqlState == .invalidCatalogName)
            #expect(missing?.message == "database \"nowhere\" does not exist")
            await elsewhere.shutdown()

            configuration.url = "postgresql://nobody@127.0.0.1:1/x"
            configuration.leaseTimeout = .seconds(1)
            let refused = PostgresDatabase(configuration: configuration)
            let error = await #expect(throws: PostgresError.self) { try await refused.query("SELECT 1") }
            #expect(error?.code == .connection)
            #expect(error?.isTransient == true)
            #expect(error?.message.contains("Connection refused") == true)
            await refused.shutdown()

            configuration.url = "no such thing"
            let malformed = PostgresDatabase(configuration: configuration)
            await #expect(throws: PostgresError.self) { try await malformed.query("SELECT 1") }
            await malformed.shutdown()
        }
    }

    @Test func shutdownWaitsForLeasesButNotForEver() async throws {
        try await TestDatabase.with { _, test in
            let database = test.singleConnection()
            let gate = AsyncStream<Void>.makeStream()
            let lease = Task {
                try await database.withConnection { connection in
                    try await connection.execute("SELECT 1")
                    for await _ in gate.stream {}
                    return try await connection.query("SELECT 2 AS n").first?["n", as: Int.self]
                }
            }
            try await eventually("it is leased") { database.statistics.leased == 1 }
            let shutdown = Task { await database.shutdown() }
            try await eventually("no more leases") {
                do {
                    _ = try await database.query("SELECT 1")
                    return false
                } catch let error as PostgresError {
                    return error.code == .closed
                }
            }
            gate.continuation.finish()
            #expect(try await lease.value == 2)
            await shutdown.value

            let stuck = test.singleConnection()
            let sleeper = Task { try await stuck.query("SELECT pg_sleep(600)") }
            try await eventually("it is leased") { stuck.statistics.leased == 1 }
            await stuck.shutdown(deadline: .milliseconds(10))
            await #expect(throws: PostgresError.self) { try await sleeper.value }
        }
    }

    @Test func aForgottenPoolTakesItsConnectionsAlong() async throws {
        try await TestDatabase.with { database, test in
            do {
                let forgotten = test.singleConnection { $0.applicationName = "forgotten" }
                try await forgotten.execute("SELECT 1")
            }
            try await eventually("they are gone") {
                try await database.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'forgotten'").isEmpty
            }
        }
    }
}
