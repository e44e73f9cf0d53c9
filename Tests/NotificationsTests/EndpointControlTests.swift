import Edge
import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Notifications

/// What an endpoint's owner can do by the management API.
@Suite struct EndpointControlTests {
    private static let path = "/admin/v1/webhook-endpoints/shop"

    @Test func `a paused endpoint gets nothing until it is resumed, whatever its settings become`() async throws {
        try await NotificationsHost.with { host in
            let receiver = try await WebhookReceiver.start()
            _ = try await host.register("shop", receiver.url("/hook"))
            let paused = try await host.admin.send("POST", Self.path + "/pause").json
            #expect(paused["paused"] == true && paused["enabled"] == false)
            #expect(paused["disabled_reason"] == "paused")
            _ = try await host.register("shop", receiver.url("/other"))
            #expect(try await host.admin.send("GET", Self.path).json["paused"] == true)
            try await host.ping("one")
            let held = try await host.log("status=pending")
            #expect(held.count == 1)

            let resumed = try await host.admin.send("POST", Self.path + "/resume").json
            #expect(resumed["paused"] == false && resumed["enabled"] == true)
            try await eventually("what was held arrives") { receiver.deliveries.map(\.path) == ["/other"] }

            _ = try await host.admin.send("POST", Self.path + "/disable")
            for action in ["/pause", "/resume"] {
                #expect(try await host.admin.send("POST", Self.path + action).status == 409)
            }
            #expect(try await host.admin.send("GET", Self.path).json["disabled_reason"] == "requested")
            #expect(try await host.admin.send("POST", "/admin/v1/webhook-endpoints/none/pause").status == 404)
            await receiver.stop()
        }
    }

    @Test func `failed deliveries of a time are requeued, and the others stay`() async throws {
        try await NotificationsHost.with { host in
            _ = try await host.admin.send(
                "PUT", Self.path,
                body: ["url": "http://127.0.0.1:1/", "style": "watchtraderhub", "retry": ["limit": 0]])
            try await host.ping("one")
            try await eventually("it has failed") { try await host.log("status=failed").count == 1 }
            let made = try #require(try await host.log("").first?["created_at"]?.string)
            func requeue(_ body: JSONValue) async throws -> APIClient.Reply {
                try await host.admin.send("POST", Self.path + "/requeue-failed", body: body)
            }
            #expect(try await requeue(["until": .string(made)]).json["requeued"] == 0)
            #expect(try await requeue(["since": .string(made), "until": .string(made)]).status == 400)
            #expect(try await requeue(["since": "yesterday"]).status == 400)
            #expect(try await requeue(["since": .string(made)]).json["requeued"] == 1)
        }
    }

    @Test func `the log shows request, response and every failure, and no secret`() async throws {
        try await NotificationsHost.with { host in
            let receiver = try await WebhookReceiver.start { _ in
                .init(500, headers: ["X-Trace": "t1", "Set-Cookie": "session=secret"], body: "not today")
            }
            _ = try await host.admin.send(
                "PUT", Self.path,
                body: [
                    "url": .string(receiver.url("/hook")), "style": "watchtraderhub", "authorization": "API_KEY hidden",
                    "rate_limit": 100,
                ])
            #expect(try await host.admin.send("GET", Self.path).json["rate_limit"] == 100)
            try await host.ping("one")
            try await eventually("it has failed for good") { try await host.log("status=failed").count == 1 }
            let id = try #require(try await host.log("").first?["id"]?.string)
            let reply = try await host.admin.send("GET", "/admin/v1/webhook-deliveries/\(id)")
            let delivery = try reply.json
            #expect(delivery["attempts"] == 3 && delivery["last_response"] == "not today")
            #expect(delivery["failures"]?.array?.count == 3)
            #expect(delivery["failures"]?.array?.first?["status"] == 500)
            #expect(delivery["failures"]?.array?.first?["at"]?.string != nil)
            #expect(delivery["last_response_headers"]?["x-trace"] == "t1")
            #expect(delivery["last_response_headers"]?["set-cookie"] == "…")
            let request = try #require(delivery["request"])
            #expect(request["method"] == "POST" && request["url"] == .string(receiver.url("/hook")))
            #expect(request["headers"]?["authorization"] == "…" && request["headers"]?["wth-signature"] == "…")
            let sent = try #require(receiver.deliveries.first)
            #expect(sent.headers["authorization"] == "API_KEY hidden")
            #expect(request["headers"]?["webhook-id"]?.string == sent.headers["webhook-id"])
            #expect(request["body"] == .string(String(decoding: sent.body, as: UTF8.self)))
            #expect(!reply.text.contains("hidden") && !reply.text.contains("session=secret"))
            await receiver.stop()
        }
    }

    @Test func `whoever sends the orders hears a test when registered, once and alone`() async throws {
        try await NotificationsHost.with { host in
            let receiver = try await WebhookReceiver.start()
            _ = try await host.register("shop", receiver.url("/shop"))
            for _ in 0..<2 {
                _ = try await host.admin.send(
                    "PUT", "/admin/v1/webhook-endpoints/3pl",
                    body: [
                        "url": .string(receiver.url("/3pl")), "style": "giddyup-3pl", "events": ["order_created"],
                    ])
            }
            try await eventually("the test arrives") { receiver.deliveries.map(\.path) == ["/3pl"] }
            #expect(
                String(decoding: try #require(receiver.deliveries.first).body, as: UTF8.self)
                    == #"{"event_type":"test_integration"}"#)
            let log = try await host.admin.send("GET", "/admin/v1/webhook-deliveries").json
            #expect(log["data"]?.array?.count == 1)
            await receiver.stop()
        }
    }
}
