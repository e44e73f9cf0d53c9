import Edge
import Foundation
import HTTPTypes
import Postgres
import Schema
import TestKit
import Testing

/// No team can see or touch what another has, by whichever operation of the checkout's APIs it tries.
@Suite struct TeamIsolationTests {
    @Test func strangersSeeAndChangeNothing() async throws {
        let owner = Team()
        let stranger = Team()
        let estate = try await Estate.build(for: owner)
        let own = try await Estate.build(for: stranger)
        let attempts = Attempt.all(on: estate, by: own)
        #expect(Set(attempts.map(\.operation)) == Self.operations, "every operation has a case here")
        try await Self.quiet(owner)
        let before = try await Self.rows(of: owner)
        #expect(before.keys.count > 20)
        let client = try await stranger.client()
        for attempt in attempts {
            let reply = try await client.send(
                attempt.method, attempt.target, body: attempt.body, headers: Estate.headers)
            #expect(reply.status == attempt.status, "\(attempt.name): \(reply.text)")
            // What it has said itself may be said to it.
            let said = "\(attempt.target) \(try attempt.body.map { try JSON.text($0) } ?? "")"
            let shown = estate.secrets.filter { reply.text.contains($0) && !said.contains($0) }
            #expect(shown == [], "\(attempt.name): \(reply.text)")
            if attempt.status == 200 {
                let rows = try #require(try reply.json["data"]?.array)
                // A search that names what is another's finds nothing; one that names nothing finds what is one's own.
                let isOpen = !attempt.target.contains("?")
                #expect(isOpen || rows.isEmpty, "\(attempt.name): \(reply.text)")
            }
            let succeeded = try reply.json["success"]
            #expect(succeeded == .bool(reply.status < 300), "\(attempt.name): \(reply.text)")
        }
        let after = try await Self.rows(of: owner)
        for table in Set(before.keys).union(after.keys) { #expect(before[table] == after[table], "\(table)") }
    }

    /// The owner's own key does what the stranger's did not: it is the key that was refused, not the request.
    @Test func theOwnerIsServed() async throws {
        let owner = Team()
        let estate = try await Estate.build(for: owner)
        let client = try await owner.client()
        for attempt in Attempt.all(on: estate, by: estate) where attempt.method == "GET" {
            let reply = try await client.send(attempt.method, attempt.target, headers: Estate.headers)
            #expect(reply.status == 200, "\(attempt.name): \(reply.text)")
            #expect(reply.text.contains(estate.mark) || estate.secrets.contains(where: reply.text.contains))
        }
    }

    @Test func withoutItsPermissionNoOperationIsDone() async throws {
        let team = Team()
        let shop = try await Estate.shop(for: team)
        let attempts = Attempt.all(on: shop, by: shop)
        let permissions = Set(attempts.compactMap(\.permission))
        #expect(permissions.count == 9, "\(permissions)")
        for attempt in attempts {
            guard let permission = attempt.permission else {
                let reply = try await Self.send(attempt, team, [])
                #expect(reply.status != 403, "\(attempt.name): \(reply.text)")
                continue
            }
            let refused = try await Self.send(attempt, team, permissions.subtracting([permission]))
            #expect(refused.status == 403, "\(attempt.name): \(refused.text)")
            let message = try refused.json["message"]?.string
            #expect(message == "Unauthorized. Token lacks the necessary permissions.")
            #expect(try refused.json["success"] == false)
            let allowed = try await Self.send(attempt, team, [permission])
            #expect(allowed.status != 403, "\(attempt.name): \(allowed.text)")
        }
    }

    /// A key for another API, though it is the team's, opens none of it.
    @Test func aKeyForAnotherAPIOpensNothing() async throws {
        let team = Team()
        let shop = try await Estate.shop(for: team)
        let dealer = try await team.client(of: .watchTraderHub)
        for attempt in Attempt.all(on: shop, by: shop) {
            let reply = try await dealer.send(
                attempt.method, attempt.target, body: attempt.body, headers: Estate.headers)
            #expect(reply.status == 403, "\(attempt.name): \(reply.text)")
        }
    }

    private static func send(
        _ attempt: Attempt, _ team: Team, _ permissions: Set<String>
    ) async throws -> APIClient.Reply {
        try await team.client(permissions: permissions).send(
            attempt.method, attempt.target, body: attempt.body, headers: Estate.headers)
    }

    /// What the document lists, but for the descriptions of the APIs, which are nobody's.
    private static var operations: Set<String> {
        Set(
            Dialects.documentedPaths.filter { $0.dialect == .healthSuite && !$0.template.contains("/openapi") }
                .map { "\($0.method.rawValue) \($0.template)" })
    }

    /// Waits until all services have taken in what the team has done.
    private static func quiet(_ team: Team) async throws {
        var last: [String: [String]] = [:]
        var same = 0
        try await eventually(timeout: .seconds(60), "nothing changes any more") {
            let now = try await rows(of: team)
            same = now == last ? same + 1 : 0
            last = now
            return same == 20
        }
    }

    /// All rows of a team in all schemas, by table.
    private static func rows(of team: Team) async throws -> [String: [String]] {
        try await SharedStack.value().withDatabase { database in
            let tables = try await database.query(
                """
                SELECT table_schema::text, table_name::text, column_name::text FROM information_schema.columns
                WHERE column_name IN ('account_id', 'account')
                    AND table_schema = ANY (\(ServiceName.allCases.map(\.rawValue))::text[])
                """)
            var rows: [String: [String]] = [:]
            for table in tables {
                let name = "\(try table["table_schema", as: String.self]).\(try table["table_name", as: String.self])"
                let column: String = try table["column_name"]
                let found = try await database.query(
                    PostgresQuery(
                        unsafeSQL: """
                            SELECT found::text AS line FROM \(name) found
                            WHERE \(column)::text = '\(team.account.uuid.uuidString.lowercased())' ORDER BY 1
                            """))
                rows[name] = try found.map { try $0["line"] }
            }
            return rows
        }
    }
}
