import Schema
import TestKit

/// A client that reports orders, cancels some, and repeats every request under its key until it is answered.
actor Shopper {
    /// An order whose creation was acknowledged.
    struct Placed: Sendable {
        let id: String
        let channelOrderID: String
        let quantity: Int64
        var isCancelled = false
    }

    private let client: APIClient
    private let name: String
    private var generator: SeededGenerator
    private(set) var placed: [Placed] = []
    /// Answers that no client should get, whatever was killed.
    private(set) var complaints: [String] = []

    init(name: String, client: APIClient, seed: UInt64) {
        self.name = name
        self.client = client
        generator = SeededGenerator(seed: seed)
    }

    private var isStopping = false

    var count: Int { placed.count }

    /// Ends the shopping between two requests: one that was cancelled half-way might have had its effect unnoticed.
    func stop() { isStopping = true }

    /// Shops until it is told to stop, or has placed `maximum` orders.
    func shop(listing: String, maximum: Int, pace: Pace) async throws {
        var number = 0
        while !isStopping, placed.count < maximum {
            number += 1
            try await pace.next()
            try await place("\(name)-\(number)", listing: listing)
            if Int.random(in: 0..<4, using: &generator) == 0 { try await cancelOne() }
        }
    }

    private func place(_ channelOrderID: String, listing: String) async throws {
        let quantity = Int64.random(in: 1...3, using: &generator)
        let body: JSONValue = [
            "channel_order_id": .string(channelOrderID), "currency": "EUR",
            "line_items": [
                ["external_id": .string(listing), "quantity": .number(JSONNumber(quantity)), "unit_amount": "10.00"]
            ],
            "buyer": ["name": "A Buyer", "email": "buyer@example.com"],
        ]
        guard let reply = try await insist("/api/v1/orders", body, key: "place-\(channelOrderID)", expecting: 201)
        else {
            return
        }
        guard let id = try reply.json["id"]?.string else {
            complaints.append("order without id: \(reply.text)")
            return
        }
        placed.append(Placed(id: id, channelOrderID: channelOrderID, quantity: quantity))
    }

    private func cancelOne() async throws {
        guard let index = placed.indices.randomElement(using: &generator), !placed[index].isCancelled else { return }
        let id = placed[index].id
        if try await insist("/api/v1/orders/\(id)/cancel", nil, key: "cancel-\(id)", expecting: 200) != nil {
            placed[index].isCancelled = true
        }
    }

    /// Repeats a request until it is answered. Nil: a complaint was noted.
    private func insist(
        _ path: String, _ body: JSONValue?, key: String, expecting status: Int
    ) async throws -> APIClient.Reply? {
        let answer = try await client.insist(path, body, headers: ["Idempotency-Key": key])
        guard answer.status == status else {
            complaints.append("\(path) was answered \(answer.status): \(answer.text)")
            return nil
        }
        return answer
    }
}
