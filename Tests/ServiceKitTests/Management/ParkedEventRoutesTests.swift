import Edge
import Foundation
import HTTPTypes
import Messaging
import Postgres
import Schema
import Synchronization
import TestKit
import Testing

@testable import ServiceKit

@Suite struct ParkedEventRoutesTests {
    /// A service with parked events of one key, and somebody who may see them.
    private struct Bench {
        let edge: EdgeApplication
        let database: PostgresDatabase
        let token: String
        let key = ID<APIKey>()

        func send(_ method: HTTPRequest.Method, _ path: String) async throws -> (status: Int, json: [String: Any]) {
            var head = HTTPRequest(method: method, scheme: nil, authority: nil, path: path)
            head.headerFields[.authorization] = "Bearer \(token)"
            let answer = await edge.respond(to: head)
            let json = try? JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
            return (answer.status.code, json ?? [:])
        }

        /// Parks an event of the key, as the consumer would.
        func park(sequence: Int64) async throws -> ID<EventID> {
            let id = ID<EventID>()
            let event = APIKeyRegistered(
                keyID: key, keyName: "shop", dialects: [], permissions: [], isTestMode: true, rateLimit: 1,
                createdAt: .now())
            let payload = String(decoding: try JSON.encode(event), as: UTF8.self)
            try await database.withTransaction { transaction in
                transaction.send(
                    """
                    INSERT INTO parked_keys VALUES (\(Topic.notificationsEvents.name), \(key.description))
                    ON CONFLICT DO NOTHING
                    """)
                transaction.send(
                    """
                    INSERT INTO parked_events (id, topic, type, source, subject, sequence, account, time, payload, error)
                    VALUES (\(id.uuid), \(Topic.notificationsEvents.name), \(APIKeyRegistered.type),
                        '/caravan/notifications', \(key.description), \(sequence), \(ID<Account>().uuid), now(),
                        \(payload), 'Refusal()')
                    """)
            }
            return id
        }
    }

    private func withBench(
        permissions: Set<String> = ["parked-events"], _ body: (Bench) async throws -> Void
    ) async throws {
        let signer = try APIKeySigner(privateKey: APIKeySigner.generatePrivateKey())
        let token = try await signer.token(
            for: Principal(
                account: ID(), keyID: ID<APIKey>().description, dialects: [.management], permissions: permissions))
        try await TestDatabase.with(migrations: ProbeService.allMigrations) { database, test in
            let platform = try Platform.test(
                test.configuration, brokers: "127.0.0.1:1", publicKey: signer.publicKey)
            let composition = try ServiceRunner.build(ProbeService.self, platform: platform)
            try await body(Bench(edge: composition.edge, database: database, token: token))
            await platform.database.shutdown()
        }
    }

    @Test func theyAreListedInOrderAndInPages() async throws {
        try await withBench { bench in
            var ids: [String] = []
            for sequence in 1...3 { ids.append(try await bench.park(sequence: Int64(sequence)).description) }
            let first = try await bench.send(.get, "/admin/v1/parked-events?limit=2")
            #expect(first.status == 200)
            let items = try #require(first.json["data"] as? [[String: Any]])
            #expect(items.map { $0["id"] as? String } == Array(ids.prefix(2)))
            #expect(items.first?["subject"] as? String == bench.key.description)
            #expect(items.first?["error"] as? String == "Refusal()")
            #expect(items.first?["payload"] == nil)
            #expect(first.json["has_more"] as? Bool == true)

            let cursor = try #require(first.json["next_cursor"] as? String)
            let second = try await bench.send(.get, "/admin/v1/parked-events?limit=2&after=\(cursor)")
            #expect((second.json["data"] as? [[String: Any]])?.map { $0["id"] as? String } == [ids[2]])
            #expect(second.json["has_more"] as? Bool == false)
            #expect(try await bench.send(.get, "/admin/v1/parked-events?after=nonsense").status == 400)
            #expect(try await bench.send(.get, "/admin/v1/parked-events?limit=0").status == 400)
        }
    }

    @Test func aRequeueAppliesTheWholeKey() async throws {
        try await withBench { bench in
            let first = try await bench.park(sequence: 1)
            _ = try await bench.park(sequence: 2)
            let refused = try await bench.send(.post, "/admin/v1/parked-events/\(first)/requeue")
            #expect(refused.status == 409)
            #expect(refused.json["code"] as? String == "still_failing")

            _ = PickyHandler.accepted.withLock { $0.insert(bench.key) }
            let applied = try await bench.send(.post, "/admin/v1/parked-events/\(first)/requeue")
            #expect(applied.status == 200)
            #expect(applied.json["applied"] as? Int == 2)
            #expect(try await bench.send(.post, "/admin/v1/parked-events/\(first)/requeue").status == 404)
        }
    }

    @Test func aDiscardDropsOneEvent() async throws {
        try await withBench { bench in
            let first = try await bench.park(sequence: 1)
            _ = try await bench.park(sequence: 2)
            #expect(try await bench.send(.post, "/admin/v1/parked-events/\(first)/discard").status == 204)
            #expect(try await bench.send(.post, "/admin/v1/parked-events/\(first)/discard").status == 404)
            let left = try await bench.send(.get, "/admin/v1/parked-events")
            #expect((left.json["data"] as? [Any])?.count == 1)
        }
    }

    @Test func whatIsNoIDIsNotFound() async throws {
        try await withBench { bench in
            for action in ["requeue", "discard"] {
                for id in ["1", "ord_01h455vb4pex5vsknk084sn02q", "\(ID<EventID>())"] {
                    let answer = try await bench.send(.post, "/admin/v1/parked-events/\(id)/\(action)")
                    #expect(answer.status == 404)
                }
            }
        }
    }

    @Test func theyNeedTheirPermission() async throws {
        try await withBench(permissions: ["listings"]) { bench in
            let answer = try await bench.send(.get, "/admin/v1/parked-events")
            #expect(answer.status == 403)
        }
    }
}
