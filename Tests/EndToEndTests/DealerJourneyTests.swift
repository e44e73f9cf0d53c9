import Foundation
import Schema
import TestKit
import Testing

/// A dealer's site reports orders through the gateway and hears of everything by webhook.
@Suite struct DealerJourneyTests {
    static let price: JSONValue = ["amount": 540_000, "currency": "EUR"]

    /// Publishes a listing of so many pieces, and answers its external id.
    static func publish(quantity: Int64 = 1) async throws -> String {
        let name = "watch-\(UUIDv7.next().uuidString)"
        let reply = try await SharedStack.admin().send(
            "PUT", "/admin/v1/listings/\(name)",
            body: ["status": "active", "price": price, "quantity": .number(JSONNumber(quantity))])
        #expect(reply.status == 201, "\(reply.text)")
        return name
    }

    static func order(_ name: String, of listing: String, quantity: Int64 = 1) -> JSONValue {
        [
            "channel_order_id": .string(name), "currency": "EUR",
            "buyer": ["name": "Camille Durand", "email": "camille@example.com"],
            "line_items": [
                [
                    "external_id": .string(listing), "quantity": .number(JSONNumber(quantity)),
                    "unit_amount": "5400.00",
                ]
            ],
        ]
    }

    @Test func anOrderGoesFromTheSocketToTheWebhook() async throws {
        let (dealer, admin) = (try await SharedStack.dealer(), try await SharedStack.admin())
        let receiver = try await WebhookReceiver.start()
        let endpoint = try await admin.send(
            "PUT", "/admin/v1/webhook-endpoints/journey",
            body: ["url": .string(receiver.url("/journey")), "style": "watchtraderhub", "events": ["*"]])
        #expect(endpoint.status == 201, "\(endpoint.text)")
        let listing = try await Self.publish()
        let trace = TraceContext.random()
        let placed = try await dealer.send(
            "POST", "/api/v1/orders", body: Self.order(listing, of: listing),
            headers: ["Idempotency-Key": listing, "traceparent": trace.traceparent])
        #expect(placed.status == 201)
        #expect(try placed.json["status"]?.string == "pending")
        let id = try #require(try placed.json["id"]?.string)

        try await eventually("the order is matched") {
            try await dealer.send("GET", "/api/v1/orders/\(id)").json["status"]?.string == "matched"
        }
        let cancelled = try await dealer.send(
            "POST", "/api/v1/orders/\(id)/cancel", headers: ["Idempotency-Key": "cancel-\(listing)"])
        #expect(try cancelled.json["status"]?.string == "cancelled")

        func heard() throws -> [(type: String, trace: String?)] {
            try receiver.deliveries.compactMap { delivery in
                let body = try JSON.decode(JSONValue.self, from: delivery.body)
                let object = body["data"]?["object"]
                guard object?["id"]?.string == id || object?["external_id"]?.string == listing else { return nil }
                return (body["type"]?.string ?? "", delivery.headers["traceparent"])
            }
        }
        try await eventually("the dealer has heard of everything") { try heard().count >= 6 }
        let types = try heard().map(\.type)
        #expect(types.filter { $0.hasPrefix("order.") } == ["order.created", "order.matched", "order.cancelled"])
        #expect(
            types.filter { $0.hasPrefix("listing.") } == ["listing.published", "listing.sold", "listing.updated"],
            "sold by the match, and for sale again after the cancellation")
        let created = try heard().first { $0.type == "order.created" }
        #expect(created?.trace?.contains(trace.traceID) == true, "the request's trace goes on to the webhook")
        await receiver.stop()
        _ = try await admin.send("DELETE", "/admin/v1/webhook-endpoints/journey")
    }

    @Test func theLastPieceGoesToOneOfManyOrders() async throws {
        let dealer = try await SharedStack.dealer()
        let listing = try await Self.publish()
        let ids = try await withThrowingTaskGroup { group in
            for number in 0..<12 {
                group.addTask {
                    let name = "\(listing)-\(number)"
                    let reply = try await dealer.send(
                        "POST", "/v1/orders", body: Self.order(name, of: listing), headers: ["Idempotency-Key": name])
                    return try reply.json["id"]?.string ?? reply.text
                }
            }
            return try await group.reduce(into: [String]()) { $0.append($1) }
        }
        var statuses: [String] = []
        try await eventually("every order is settled") {
            statuses = []
            for id in ids {
                statuses.append(try await dealer.send("GET", "/v1/orders/\(id)").json["status"]?.string ?? "")
            }
            return !statuses.contains("pending")
        }
        #expect(statuses.filter { $0 == "matched" }.count == 1)
        #expect(statuses.filter { $0 == "unmatched" }.count == 11)
    }

    @Test func oneKeyMakesOneOrderHoweverManySendIt() async throws {
        let dealer = try await SharedStack.dealer()
        let listing = try await Self.publish()
        let replies = try await withThrowingTaskGroup { group in
            for _ in 0..<12 {
                group.addTask {
                    var reply: APIClient.Reply?
                    try await eventually("an answer that is not about the moment") {
                        let answer = try await dealer.send(
                            "POST", "/v1/orders", body: Self.order(listing, of: listing),
                            headers: ["Idempotency-Key": listing])
                        reply = answer
                        return answer.headers["retry-after"] == nil
                    }
                    return reply
                }
            }
            return try await group.reduce(into: [APIClient.Reply?]()) { $0.append($1) }
        }
        #expect(replies.allSatisfy { $0?.status == 201 })
        #expect(Set(replies.map { $0?.text }).count == 1, "byte for byte the same answer")
    }

    @Test func pagesAreStableWhileOrdersArrive() async throws {
        let dealer = try await SharedStack.dealer()
        let listing = try await Self.publish()
        func place(_ number: Int) async throws {
            let name = "\(listing)-\(number)"
            _ = try await dealer.send(
                "POST", "/v1/orders", body: Self.order(name, of: listing), headers: ["Idempotency-Key": name])
        }
        for number in 0..<5 { try await place(number) }
        var seen: [String] = []
        var path: String? = "/v1/orders?limit=2"
        while let next = path {
            let page = try await dealer.send("GET", next).json
            seen += (page["data"]?.array ?? []).compactMap { $0["channel_order_id"]?.string }
            path = page["next_cursor"]?.string.map { "/v1/orders?limit=2&after=\($0)" }
            if seen.count < 8 { try await place(100 + seen.count) }
        }
        #expect(seen.count == Set(seen).count, "nothing twice")
        for number in 0..<5 { #expect(seen.contains("\(listing)-\(number)")) }
    }
}
