import HTTPTypes
import Messaging
import Postgres
import Schema
import Synchronization
import TestKit
import Testing

@testable import Edge

@Suite struct IdempotencyTests {
    private let account = ID<Account>()
    private let keyring: DataKeyring

    init() throws {
        keyring = try DataKeyring("k1:" + DataKeyring.generateKey())
    }

    private func request(
        _ key: String?, body: String = "{}", path: [String: String] = ["id": "1"], query: String? = nil
    ) throws -> APIRequest {
        let route = Route(.post, "/v1/things/{id}", dialect: WatchTraderHub()) { _ in .noContent }
        var headers = HTTPFields()
        headers[.idempotencyKey] = key
        return try APIRequest(
            route: route, parameters: path, query: query, headers: headers,
            principal: Principal(account: account, keyID: "k", dialects: [.watchTraderHub]), body: Array(body.utf8))
    }

    private func withDatabase(_ body: (PostgresDatabase, Idempotency) async throws -> Void) async throws {
        try await TestDatabase.with(migrations: MessagingMigrations.all) { database, _ in
            _ = try await database.execute(
                "CREATE TABLE effects (id bigint GENERATED ALWAYS AS IDENTITY, name text UNIQUE)")
            try await body(database, Idempotency(database: database, keyring: keyring))
        }
    }

    private func effects(_ database: PostgresDatabase) async throws -> Int {
        let rows = try await database.query("SELECT count(*)::int AS n FROM effects")
        return try #require(rows.first)["n"]
    }

    private static func answer(_ text: String) -> APIResponse {
        APIResponse(
            status: .created, headers: [.contentType: "application/json", .location: "/x: y"], body: Array(text.utf8))
    }

    /// One effect that only queues its statements, one that reads in between.
    @Test(arguments: [false, true])
    func replaysByteForByte(_ flushes: Bool) async throws {
        try await withDatabase { database, idempotency in
            let runs = Atomic(0)
            let effect: @Sendable (PostgresTransaction) async throws -> APIResponse = { transaction in
                let run = runs.wrappingAdd(1, ordering: .relaxed).newValue
                if flushes { _ = try await transaction.query("SELECT 1 AS one") }
                transaction.send("INSERT INTO effects DEFAULT VALUES")
                return Self.answer("{ \"run\": \(run),\u{e9}}")
            }
            let first = try await idempotency.perform(try request("k"), effect)
            #expect(first.headers[.idempotentReplayed] == nil)
            for _ in 0..<2 {
                let replay = try await idempotency.perform(try request("k"), effect)
                #expect(replay.body == first.body)
                #expect(replay.status == first.status)
                #expect(replay.headers[.location] == "/x: y")
                #expect(replay.headers[.idempotentReplayed] == "true")
            }
            #expect(try await effects(database) == 1)
        }
    }

    @Test func anotherRequestUnderTheKeyIsAMismatch() async throws {
        try await withDatabase { database, idempotency in
            let effect: @Sendable (PostgresTransaction) async throws -> APIResponse = { transaction in
                transaction.send("INSERT INTO effects DEFAULT VALUES")
                return Self.answer("{}")
            }
            _ = try await idempotency.perform(try request("k"), effect)
            await #expect(throws: RequestError.idempotencyMismatch) {
                try await idempotency.perform(try request("k", body: "{ }"), effect)
            }
            await #expect(throws: RequestError.idempotencyMismatch) {
                try await idempotency.perform(try request("k", query: "a=1"), effect)
            }
            // Another thing, another key: their own effects.
            _ = try await idempotency.perform(try request("k", path: ["id": "2"]), effect)
            _ = try await idempotency.perform(try request("K"), effect)
            #expect(try await effects(database) == 3)
        }
    }

    @Test(arguments: [nil, "", " ", "a b", "é", String(repeating: "k", count: 256)] as [String?])
    func unusableKeysAreRefused(_ key: String?) async throws {
        try await withDatabase { _, idempotency in
            let request = try request(key)
            await #expect(throws: RequestError.idempotencyKeyMissing) {
                try await idempotency.perform(request) { _ in Self.answer("{}") }
            }
        }
    }

    @Test func anOptionalKeyMayBeMissing() async throws {
        try await withDatabase { database, idempotency in
            for _ in 0..<2 {
                let answer = try await idempotency.perform(try request(nil), isRequired: false) { transaction in
                    transaction.send("INSERT INTO effects DEFAULT VALUES")
                    return Self.answer("{}")
                }
                #expect(answer.status == .created)
            }
            #expect(try await effects(database) == 2)
        }
    }

    @Test func refusalsLeaveNoRecord() async throws {
        try await withDatabase { database, idempotency in
            let refusal = RequestError.conflict(code: "duplicate", message: "m")
            let effect: @Sendable (PostgresTransaction) async throws -> APIResponse = { transaction in
                let query: PostgresQuery = "INSERT INTO effects (name) VALUES ('one')"
                transaction.send(query.throwing(refusal, onViolationOf: "effects_name_key"))
                return Self.answer("{}")
            }
            _ = try await idempotency.perform(try request("first"), effect)
            await #expect(throws: refusal) { try await idempotency.perform(try request("second"), effect) }
            _ = try await database.execute("DELETE FROM effects")
            // The refused key is still free, and the first still answers although its effect is gone.
            _ = try await idempotency.perform(try request("second"), effect)
            let replay = try await idempotency.perform(try request("first"), effect)
            #expect(replay.headers[.idempotentReplayed] == "true")
        }
    }

    @Test func sameKeyAtOnceIsInFlight() async throws {
        try await withDatabase { database, idempotency in
            let (started, start) = AsyncStream<Void>.makeStream()
            let (released, release) = AsyncStream<Void>.makeStream()
            let first = try request("k")
            let running = Task {
                try await idempotency.perform(first) { transaction in
                    start.yield()
                    for await _ in released { break }
                    transaction.send("INSERT INTO effects DEFAULT VALUES")
                    return Self.answer("{}")
                }
            }
            for await _ in started { break }
            await #expect(throws: RequestError.idempotencyInFlight) {
                try await idempotency.perform(try request("k")) { _ in Self.answer("{}") }
            }
            release.yield()
            _ = try await running.value
            #expect(try await effects(database) == 1)
        }
    }

    /// Two replicas do not see each other's memory: the primary key lets one of them win.
    @Test(arguments: [false, true])
    func replicasRaceForOneEffect(_ flushes: Bool) async throws {
        try await withDatabase { database, _ in
            let answers = try await withThrowingTaskGroup(of: APIResponse.self) { group in
                for number in 0..<8 {
                    let request = try request("k")
                    let replica = Idempotency(database: database, keyring: keyring)
                    group.addTask {
                        try await replica.perform(request) { transaction in
                            if flushes { _ = try await transaction.query("SELECT 1 AS one") }
                            transaction.send("INSERT INTO effects DEFAULT VALUES")
                            return Self.answer("{\"n\":\(number)}")
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.text)).count == 1)
            #expect(answers.count { $0.headers[.idempotentReplayed] == nil } == 1)
            #expect(try await effects(database) == 1)
        }
    }
}
