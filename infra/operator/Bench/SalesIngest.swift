import Edge
import Foundation
import LocalStack
import Schema
import TestKit

/// How many sales a second orders takes of stores and buyers that it knows, beside bare Postgres doing the same SQL.
struct SalesIngest {
    let stack: BenchStack
    let seconds: Int

    private static let connections = 32
    private static let turns = 5

    /// The two loads take turns, as in ``OrderCreation``.
    func measure() async throws -> [Figure] {
        let known = try await introduce()
        let consumers = ServiceName.allCases.filter { $0 != .orders }
        return try await stack.pausing(consumers) {
            _ = try await load(seconds: 2)
            var turns: [(direct: Double, bound: Double)] = []
            for turn in 1...Self.turns {
                turns.append((direct: try await load(seconds: seconds), bound: try await bound(turn, known)))
            }
            return [
                Figure(
                    name: "sales event ingest", value: turns.map(\.direct).median, unit: "/s",
                    bound: turns.map(\.bound).median, mark: .atLeast(0.4))
            ]
        }
    }

    /// The ids of what orders knows.
    private struct Known {
        let store: StoreID
        let person: CustomerID
    }

    /// Opens a store and sells in it to a hundred people, who are added by that.
    private func introduce() async throws -> Known {
        let client = APIClient(baseURL: stack.state.baseURL, authorization: nil)
        let headers = ["x-api-key": stack.secrets.demoKey(.noticia)]
        let store: JSONValue = ["external_id": "bench-store", "name": "Bench"]
        _ = try await client.send("POST", "/v1/stores", body: store, headers: headers)
        var answer: JSONValue = .null
        for number in 0..<100 {
            let sale: JSONValue = [
                "type": "PURCHASE", "occurred_at": "2026-04-25T14:32:00Z", "store_id": "bench-store",
                "profile_id": .string("bench-\(number)"), "currency": "EUR", "total_amount_cents": 1,
                "line_items": [["quantity": 1, "total_price_cents": 1]],
            ]
            let reply = try await client.send("POST", "/v1/sales-events", body: sale, headers: headers)
            guard reply.status == 201 else { throw OperatorError("a sale was refused: \(reply.text)") }
            answer = try reply.json
        }
        guard let store = answer["store"]?["id"]?.string.flatMap({ StoreID($0) }),
            let person = answer["profile"]?["id"]?.string.flatMap({ ProfileID($0) })
        else { throw OperatorError("a sale was answered with \(answer.serialized())") }
        return Known(store: store, person: person.customerID)
    }

    private func load(seconds: Int) async throws -> Double {
        try await stack.wrk(
            port: stack.port(.orders), script: "sales-event", connections: Self.connections, seconds: seconds,
            arguments: ["/v1/sales-events", stack.secrets.demoKey(.noticia), UUIDv7.next().uuidString]
        ).rate
    }

    private func bound(_ turn: Int, _ known: Known) async throws -> Double {
        try await stack.pgbench(
            "sales-event", as: .orders, connections: Self.connections, seconds: seconds, turn: turn,
            variables: [
                "account": stack.secrets.demoAccount.uuid.uuidString, "store": known.store.uuid.uuidString,
                "person": known.person.uuid.uuidString, "detail": String(repeating: "d", count: 420),
                "payload": String(repeating: "p", count: 640),
            ])
    }
}
