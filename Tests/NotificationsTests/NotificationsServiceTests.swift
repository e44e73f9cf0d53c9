import Edge
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Notifications

/// The service as its clients and the other services meet it.
@Suite struct NotificationsServiceTests {
    @Test func `an event on the bus reaches the dealer, signed and traced`() async throws {
        try await NotificationsHost.with { host in
            let receiver = try await WebhookReceiver.start()
            let secret = try #require(try await host.register("shop", receiver.url("/hook")))
            let order = OrderPlaced.example.order
            let trace = TraceContext.random()
            try await host.publish(
                OrderPlaced(order: order), subject: order.id.description, traceparent: trace.traceparent)
            try await host.publish(OrderCancelled(order: order), subject: order.id.description, sequence: 2)
            try await host.publish(ListingSold.example, subject: "lst_1")
            try await host.publish(CustomerCreated.example, subject: "cus_1")
            try await eventually(timeout: .seconds(30), "all four arrive") { receiver.deliveries.count == 4 }

            let types = receiver.deliveries.compactMap { try? $0.json["type"]?.string }
            #expect(Set(types) == ["order.created", "order.cancelled", "listing.sold", "customer.created"])
            let placed = try #require(receiver.deliveries.first { try $0.json["type"]?.string == "order.created" })
            let child = try #require(placed.headers["traceparent"].flatMap { TraceContext(traceparent: $0) })
            #expect(child.traceID == trace.traceID)
            #expect(child.spanID != trace.spanID)
            let seconds = try #require(placed.headers["webhook-timestamp"].flatMap { Int64($0) })
            #expect(
                placed.headers["wth-signature"]
                    == WebhookSignature.stripe(seconds: seconds, body: placed.body, secrets: [secret]))
            await receiver.stop()
        }
    }

    @Test func `a ping arrives once, however often its request is repeated`() async throws {
        try await NotificationsHost.with { host in
            let receiver = try await WebhookReceiver.start()
            _ = try await host.register("shop", receiver.url("/hook"))
            func ping(_ body: JSONValue? = nil) async throws -> APIClient.Reply {
                try await host.dealer.send(
                    "POST", "/v1/test/webhook_ping", body: body, headers: ["Idempotency-Key": "once"])
            }
            let first = try await ping()
            #expect(first.status == 202)
            #expect(try first.json["type"]?.string == "integration.test_event")
            let replay = try await ping()
            #expect(replay.body == first.body)
            #expect(try await ping(.object(["other": .bool(true)])).status == 409)
            #expect(try await host.dealer.send("POST", "/v1/test/webhook_ping").status == 400)

            try await eventually("the success shows in /v1/me") {
                let me = try await host.dealer.send("GET", "/api/v1/me").json
                return me["webhook"]?["last_success_at"]?.string != nil
            }
            let me = try await host.dealer.send("GET", "/v1/me").json
            #expect(me["webhook"]?["url"]?.string == receiver.url("/hook"))
            #expect(me["webhook"]?["consecutive_failures"]?.integer == 0)
            #expect(me["webhook"]?["last_failure_at"] == .null)
            #expect(me["subscribed_events"]?.array?.count == WatchTraderHubStyle.templates.count)
            #expect(receiver.deliveries.count == 1)
            #expect(try receiver.deliveries.first?.json["id"] == first.json["id"])
            await receiver.stop()
        }
    }

    @Test func `health and the API's description need no key, the rest does`() async throws {
        try await NotificationsHost.with { host in
            let nobody = APIClient(baseURL: host.dealer.baseURL, authorization: nil)
            let health = try await nobody.send("GET", "/v1/health")
            #expect(try health.json["status"]?.string == "ok")
            let document = try await nobody.send("GET", "/api/v1/openapi.json")
            #expect(try document.json["openapi"]?.string?.hasPrefix("3.1") == true)
            #expect(try await nobody.send("GET", "/v1/me").status == 401)
            #expect(try await host.dealer.send("GET", "/admin/v1/webhook-endpoints").status != 200)
        }
    }

    @Test func `endpoints keep their secret until it is rotated`() async throws {
        try await NotificationsHost.with { host in
            let path = "/admin/v1/webhook-endpoints/shop"
            let first = try await host.register("shop", "http://127.0.0.1:9/a")
            #expect(try await host.register("shop", "http://127.0.0.1:9/b") == first)
            let shown = try await host.admin.send("GET", path)
            #expect(try shown.json["url"]?.string == "http://127.0.0.1:9/b")
            #expect(!shown.text.contains("whsec_"))
            let rotated = try await host.admin.send("POST", path + "/rotate-secret")
            #expect(try rotated.json["secret"]?.string?.hasPrefix("whsec_") == true)
            #expect(try rotated.json["secret"]?.string != first?.text)
            let disabled = try await host.admin.send("POST", path + "/disable")
            #expect(try disabled.json["enabled"] == .bool(false))
            #expect(try await host.admin.send("POST", path + "/enable").json["enabled"] == .bool(true))
            let list = try await host.admin.send("GET", "/admin/v1/webhook-endpoints?limit=1").json
            #expect(list["data"]?.array?.count == 1)
            #expect(list["has_more"] == .bool(false))
            #expect(try await host.admin.send("DELETE", path).status == 204)
            #expect(try await host.admin.send("GET", path).status == 404)
        }
    }

    @Test(arguments: [
        #"{"style":"watchtraderhub"}"#, #"{"url":"shop","style":"watchtraderhub"}"#,
        #"{"url":"https://shop.example","style":"unheard"}"#,
        #"{"url":"https://shop.example","style":"watchtraderhub","events":[]}"#,
        #"{"url":"https://shop.example","style":"watchtraderhub","retry":{"limit":-1}}"#,
        #"{"url":"https://shop.example","style":"watchtraderhub","headers":{"Webhook-Id":"x"}}"#,
        #"{"url":"https://shop.example","style":"retailos","headers":{"wth-Signature":"x"}}"#,
        #"{"url":"https://shop.example","style":"retailos","headers":{"X-GiddyUp-HMAC-SHA256":"x"}}"#,
        #"{"url":"https://shop.example","style":"watchtraderhub","headers":{"X":"a\r\nb"}}"#,
        #"{"url":"https://shop.example","style":"watchtraderhub","events":["order.creatd"]}"#,
        #"{"url":"https://shop.example","style":"retailos","resource":"order","events":["customer.*"]}"#,
        #"{"url":"https://shop.example/{externalCustomerId","style":"retailos"}"#,
        #"{"url":"https://shop.example/externalCustomerId}","style":"retailos"}"#,
        #"{"url":"https://shop.example/{id}","style":"watchtraderhub"}"#,
    ]) func `refuses settings that cannot work`(body: String) throws {
        let request = try JSON.decode(WebhookEndpointRequest.self, from: body)
        #expect(throws: (any Error).self) { try request.settings(allowsPlainHTTP: false) }
    }

    @Test(arguments: [
        ("watchtraderhub", ["*", "order.*", "order.created", "integration.test_event"]),
        ("giddyup-3pl", ["order_created", "test_integration"]), ("retailos", ["customer.*", "customer.updated"]),
    ]) func `takes the names of what an endpoint can get`(style: String, events: [String]) throws {
        let body: JSONValue = [
            "url": "https://shop.example", "style": .string(style), "events": .array(events.map { .string($0) }),
        ]
        let request = try JSON.decode(WebhookEndpointRequest.self, from: body.serialized())
        #expect(try request.settings(allowsPlainHTTP: false).settings.events == events)
    }

    @Test func `a misspelt field is refused where it would mean more, or nothing`() async throws {
        try await NotificationsHost.with { host in
            let path = "/admin/v1/webhook-endpoints/shop"
            _ = try await host.register("shop", "http://127.0.0.1:9/a")
            for (method, action, body, pointer) in [
                ("POST", "/requeue-failed", ["from": "2026-01-01"], "#/from"),
                ("POST", "/replay", ["since": "2026-01-01", "til": "2026-01-02"], "#/til"),
                ("POST", "/rotate-secret", ["overlap": 5], "#/overlap"),
                (
                    "PUT", "",
                    ["url": "http://127.0.0.1:9/a", "style": "watchtraderhub", "retry": ["retryLimit": 3]],
                    "#/retry/retryLimit"
                ),
            ] as [(String, String, JSONValue, String)] {
                let reply = try await host.admin.send(method, path + action, body: body)
                #expect(reply.status == 400)
                #expect(try reply.json["errors"]?.array?.compactMap { $0["pointer"]?.string } == [pointer])
            }
        }
    }

    @Test func `failed deliveries are listed, paged and requeued`() async throws {
        try await NotificationsHost.with { host in
            let receiver = try await WebhookReceiver.start()
            _ = try await host.admin.send(
                "PUT", "/admin/v1/webhook-endpoints/shop",
                body: .object([
                    "url": .string("http://127.0.0.1:1/"), "style": .string("watchtraderhub"),
                    "retry": .object(["limit": .number(JSONNumber(0))]),
                ]))
            for number in 0..<3 {
                _ = try await host.dealer.send(
                    "POST", "/v1/test/webhook_ping", headers: ["Idempotency-Key": "ping-\(number)"])
            }
            let log = "/admin/v1/webhook-deliveries?endpoint=shop"
            try await eventually("all three have failed") {
                try await host.admin.send("GET", log + "&status=failed").json["data"]?.array?.count == 3
            }
            let page = try await host.admin.send("GET", log + "&limit=2").json
            #expect(page["data"]?.array?.count == 2)
            let cursor = try #require(page["next_cursor"]?.string)
            let rest = try await host.admin.send("GET", log + "&limit=2&after=" + cursor).json
            #expect(rest["data"]?.array?.count == 1)
            #expect(rest["next_cursor"] == .null)
            let failed = try #require(rest["data"]?.array?.first)
            #expect(failed["attempts"]?.integer == 1)
            #expect(failed["last_status"] == .null)
            #expect(failed["last_error"]?.string != nil)
            let id = try #require(failed["id"]?.string)

            _ = try await host.register("shop", receiver.url("/hook"))
            #expect(
                try await host.admin.send("POST", "/admin/v1/webhook-deliveries/\(id)/requeue").status == 202)
            try await eventually("it is delivered") {
                let delivery = try await host.admin.send("GET", "/admin/v1/webhook-deliveries/\(id)").json
                return delivery["status"]?.string == "delivered"
            }
            let requeued = try await host.admin.send("POST", "/admin/v1/webhook-endpoints/shop/requeue-failed")
            #expect(requeued.status == 202)
            #expect(try requeued.json["requeued"]?.integer == 2)
            try await eventually("the others are too") { receiver.deliveries.count == 3 }
            #expect(
                try await host.admin.send("POST", "/admin/v1/webhook-deliveries/\(id)/requeue").status == 409)
            #expect(try await host.admin.send("GET", log + "&status=lost").status == 400)
            await receiver.stop()
        }
    }

    @Test func `keys are registered, listed and revoked`() async throws {
        try await NotificationsHost.with { host in
            let id = ID<APIKey>().description
            let body = JSONValue.object([
                "id": .string(id), "name": .string("shop"), "dialects": .array([.string("watchtraderhub")]),
            ])
            #expect(try await host.admin.send("POST", "/admin/v1/api-keys", body: body).status == 201)
            #expect(try await host.admin.send("POST", "/admin/v1/api-keys", body: body).status == 409)
            let list = try await host.admin.send("GET", "/admin/v1/api-keys").json
            #expect(list["data"]?.array?.first?["id"]?.string == id)
            let revoked = try await host.admin.send("POST", "/admin/v1/api-keys/\(id)/revoke")
            #expect(try revoked.json["revoked_at"]?.string != nil)
            #expect(host.platform.revocations.contains(id))
            // The event comes back over the bus and is remembered for the next start.
            try await eventually(timeout: .seconds(30), "the revocation has gone over the bus") {
                let rows = try await host.platform.database.query("SELECT key_id FROM revoked_keys")
                return try rows.map { try $0["key_id", as: String.self] } == [id]
            }
            #expect(try await host.admin.send("POST", "/admin/v1/api-keys/nothing/revoke").status == 404)
        }
    }
}

extension WebhookReceiver.Delivery {
    fileprivate var json: JSONValue {
        get throws { try JSON.decode(JSONValue.self, from: body) }
    }
}
