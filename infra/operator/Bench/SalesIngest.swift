import Edge
import Foundation
import LocalStack
import Schema
import TestKit

/// How many sales a second orders takes of stores and buyers that it knows.
struct SalesIngest {
    let stack: BenchStack
    let seconds: Int

    func measure() async throws -> [Figure] {
        let known = try await introduce()
        let path = WritePath(
            name: "sales event ingest", service: .orders, path: "/v1/sales-events", script: "sales-event",
            variables: [
                "store": known.store.uuid.uuidString, "person": known.person.uuid.uuidString,
                "detail": String(repeating: "d", count: 420), "payload": String(repeating: "p", count: 640),
            ])
        return [try await path.measure(on: stack, seconds: seconds)]
    }

    /// Opens a store and sells in it to a hundred people, who are added by that; answers the store and one of them.
    private func introduce() async throws -> (store: StoreID, person: CustomerID) {
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
        return (store, person.customerID)
    }
}
