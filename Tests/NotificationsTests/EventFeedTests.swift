import Edge
import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Notifications

/// The event log and its replays by the management API.
@Suite struct EventFeedTests {
    private static let events = "/admin/v1/events"
    private static let replay = "/admin/v1/webhook-endpoints/shop/replay"

    @Test func `a receiver that was away finds what it missed, as its webhooks would have told it`() async throws {
        try await NotificationsHost.with { host in
            let receiver = try await WebhookReceiver.start()
            _ = try await host.register("shop", receiver.url("/hook"))
            _ = try await host.admin.send(
                "PUT", "/admin/v1/webhook-endpoints/brand",
                body: [
                    "url": .string(receiver.url("/brand")), "style": "giddyup", "events": ["order.cancelled"],
                ])
            let order = OrderPlaced.example.order.id.description
            try await host.publish(OrderPlaced.example, subject: order, sequence: 1)
            try await host.publish(OrderCompleted.example, subject: order, sequence: 2)
            try await host.publish(OrderCancelled.example, subject: order, sequence: 3)
            try await eventually("three webhooks arrive") { receiver.deliveries.count == 3 }

            try await eventually("the log has all three") { try await host.feed("").data.count == 3 }
            let (data, cursor) = try await host.feed("?endpoint=shop")
            #expect(data.map { $0["sequence"] } == [1, 2, 3])
            #expect(data.allSatisfy { $0["resource"]?["type"] == "order" && $0["resource"]?["id"] == .string(order) })
            // What is not announced is there all the same, so that the numbers have no gap.
            #expect(data[1]["type"] == .string(OrderCompleted.type) && data[1]["messages"] == .array([]))
            for number in [0, 2] {
                let message = try #require(data[number]["messages"]?.array?.first)
                let webhook = try #require(
                    receiver.deliveries.first {
                        $0.path == "/hook" && $0.headers["webhook-id"] == data[number]["id"]?.string
                    })
                let body = try JSON.decode(JSONValue.self, from: webhook.body)
                #expect(message["body"] == body)
                #expect(webhook.headers["caravan-resource"] == order)
                #expect(webhook.headers["caravan-sequence"] == "\(number + 1)")
            }
            // Of another style, and only what that endpoint subscribes to.
            let brand = try await host.feed("?endpoint=brand").data
            #expect(brand.map { $0["messages"]?.array?.count } == [0, 0, 1])
            let styles = try await host.feed("").data[0]["messages"]?.array?.map { $0["style"] }
            #expect(styles == ["giddyup", "watchtraderhub"])

            #expect(try await host.feed("?after=" + cursor).data.isEmpty)
            try await host.publish(ListingSold.example, subject: "lst_x", sequence: 7)
            try await eventually("what is new lies behind the cursor") {
                try await host.feed("?after=" + cursor).data.map { $0["sequence"] } == [7]
            }
            for (query, sequences) in [
                ("?resource_type=listing", [7]), ("?resource=" + order, [1, 2, 3]), ("?type=order.cancelled", [3]),
                ("?type=listing.*", [7]), ("?type=order_completed", [2]), ("?type=" + OrderPlaced.type, [1]),
                ("?resource_type=listing&type=order_placed", []), ("?until=2020-01-01", []),
                ("?since=2020-01-01&limit=1", [1]),
            ] as [(String, [JSONValue])] {
                let found = try await host.feed(query).data.map { $0["sequence"] }
                #expect(found == sequences, "\(query)")
            }
            await receiver.stop()
        }
    }

    @Test func `nobody sees the events of others, or with a key of another kind`() async throws {
        try await NotificationsHost.with { host in
            _ = try await host.dealer.send("POST", "/v1/test/webhook_ping", headers: ["Idempotency-Key": "one"])
            #expect(try await host.feed("").data.count == 1)
            #expect(try await host.dealer.send("GET", Self.events).status != 200)
            try await host.platform.database.execute("UPDATE webhook_event_log SET account_id = gen_random_uuid()")
            #expect(try await host.feed("").data.isEmpty)
        }
    }

    @Test(arguments: [
        "after=nonsense", "limit=0", "since=yesterday", "since=2026-01-02&until=2026-01-01", "type=nothing",
        "resource_type=nothing", "limit=x",
    ])
    func `what makes no sense is refused`(query: String) async throws {
        try await NotificationsHost.with { host in
            let reply = try await host.admin.send("GET", Self.events + "?" + query)
            #expect(reply.status == 400)
        }
    }

    @Test func `a cursor behind which something was dropped is refused`() async throws {
        try await NotificationsHost.with { host in
            _ = try await host.dealer.send("POST", "/v1/test/webhook_ping", headers: ["Idempotency-Key": "one"])
            let cursor = try await host.feed("").cursor
            try await host.platform.database.execute("UPDATE webhook_log_state SET cut_at = now()")
            let reply = try await host.admin.send("GET", Self.events + "?after=" + cursor)
            #expect(reply.status == 409)
            #expect(try reply.json["code"] == "cursor_expired")
            #expect(try await host.admin.send("GET", Self.events + "?endpoint=none").status == 404)
        }
    }

    @Test func `a replay is asked for once, and tells how far it is`() async throws {
        try await NotificationsHost.with { host in
            let receiver = try await WebhookReceiver.start()
            for key in ["one", "two"] {
                _ = try await host.dealer.send("POST", "/v1/test/webhook_ping", headers: ["Idempotency-Key": key])
            }
            _ = try await host.register("shop", receiver.url("/hook"))
            let event = try #require(try await host.feed("").data.first?["id"])
            func begin(_ body: JSONValue, key: String) async throws -> APIClient.Reply {
                try await host.admin.send("POST", Self.replay, body: body, headers: ["Idempotency-Key": key])
            }
            let first = try await begin(["events": [event]], key: "a")
            #expect(first.status == 202)
            let id = try #require(try first.json["id"]?.string)
            #expect(try await begin(["events": [event]], key: "a").json["id"] == .string(id))
            #expect(try await begin(["since": "2020-01-01"], key: "a").status == 409)
            try await eventually("it arrives, once") { receiver.deliveries.count == 1 }
            #expect(receiver.deliveries.first?.headers["webhook-id"] == event.string)
            let path = "/admin/v1/webhook-replays/" + id
            let done = try await host.admin.send("GET", path).json
            #expect(done["status"] == "completed" && done["queued"] == 1 && done["endpoint"] == "shop")

            #expect(try await begin(["since": "2020-01-01T00:00:00Z"], key: "b").status == 202)
            try await eventually("both arrive") { receiver.deliveries.count == 3 }
            #expect(try await host.admin.send("POST", path + "/cancel").json["status"] == "completed")
            let list = try await host.admin.send("GET", "/admin/v1/webhook-replays?limit=1").json
            #expect(list["data"]?.array?.count == 1 && list["has_more"] == true)

            for body in [
                [:], ["until": "2026-01-01T00:00:00Z"], ["events": []], ["events": ["x"]],
                ["events": [.string(WebhookEventID().description)]],
                ["since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"], ["since": "x"],
            ] as [JSONValue] {
                let reply = try await host.admin.send("POST", Self.replay, body: body)
                #expect(reply.status == 400, "\(body): \(reply.text)")
            }
            let nobody = try await host.admin.send(
                "POST", "/admin/v1/webhook-endpoints/none/replay", body: ["resource": "x"])
            #expect(nobody.status == 404)
            #expect(try await host.admin.send("GET", "/admin/v1/webhook-replays/nothing").status == 404)
            await receiver.stop()
        }
    }

    @Test func `what a receiver sends back of its own key is not kept`() async throws {
        try await NotificationsHost.with { host in
            let receiver = try await WebhookReceiver.start { request in
                let key = request.headers["authorization"] ?? ""
                return .init(200, headers: ["X-Echo": key], body: "you sent \(key), in short \(key.dropFirst(8))")
            }
            _ = try await host.admin.send(
                "PUT", "/admin/v1/webhook-endpoints/shop",
                body: [
                    "url": .string(receiver.url("/hook")), "style": "watchtraderhub",
                    "authorization": "API_KEY hidden-key",
                ])
            _ = try await host.dealer.send("POST", "/v1/test/webhook_ping", headers: ["Idempotency-Key": "one"])
            let path = "/admin/v1/webhook-deliveries?response_status=200"
            try await eventually("it is delivered") {
                try await host.admin.send("GET", path).json["data"]?.array?.count == 1
            }
            let reply = try await host.admin.send("GET", path)
            #expect(!reply.text.contains("hidden-key"))
            #expect(try reply.json["data"]?.array?.first?["last_response"] == "you sent …, in short …")
            #expect(try await host.admin.send("GET", path + "&text=you").json["data"]?.array?.count == 1)
            #expect(try await host.admin.send("GET", "/admin/v1/webhook-deliveries?response_status=9").status == 400)
            await receiver.stop()
        }
    }
}

extension NotificationsHost {
    fileprivate func feed(_ query: String) async throws -> (data: [JSONValue], cursor: String) {
        let reply = try await admin.send("GET", "/admin/v1/events" + query)
        return (
            try #require(try reply.json["data"]?.array, "\(reply.text)"),
            try #require(try reply.json["next_cursor"]?.string)
        )
    }
}
