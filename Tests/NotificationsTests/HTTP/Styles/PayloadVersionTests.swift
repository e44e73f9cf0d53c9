import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Notifications

/// Endpoints keep the payloads that they were made with.
@Suite struct PayloadVersionTests {
    private static let settings = EndpointSettings(
        url: "https://shop.example/", style: "grown", events: ["*"], retry: RetrySettings())

    /// A style that was given a second version: one message looks different, one is new, one stays as it was.
    private enum GrownStyle: WebhookStyle {
        static let name = "grown"
        static let payloadVersions = ["v1", "v2", "v10"]
        static let templates = [
            MessageTemplate("test", WebhookPinged.self) { event, _ in ["message": event.message] },
            MessageTemplate("test", WebhookPinged.self, since: "v2") { event, _ in ["text": event.message] },
            MessageTemplate("news", WebhookPinged.self, since: "v10") { _, _ in ["news": "good"] },
        ]

        static func request(
            for message: WebhookMessage, to endpoint: Notifications.WebhookEndpoint, keyring: DataKeyring
        ) throws -> WebhookRequest {
            let template = try template(for: message, version: endpoint.payloadVersion)
            return WebhookRequest(
                id: "1", url: endpoint.settings.url,
                body: try JSON.encode(template.object(message.event.payload, keyring)))
        }

        static func signature(
            of request: WebhookRequest, at seconds: Int64, secrets: [WebhookSecret]
        ) -> [(String, String)] { [] }
    }

    @Test(
        arguments: [
            ("v1", #"{"message":"hi"}"#, ["test"]), ("v2", #"{"text":"hi"}"#, ["test"]),
            ("v10", #"{"text":"hi"}"#, ["news", "test"]), ("v3", nil, []),
        ] as [(String, String?, [String])])
    func `each version has its encoder`(version: String, body: String?, types: [String]) throws {
        let keyring = try DataKeyring("k1:" + DataKeyring.generateKey())
        let endpoint = Notifications.WebhookEndpoint(
            id: WebhookEndpointID(), account: AccountID(), name: "shop",
            settings: Self.settings, payloadVersion: version, secrets: try keyring.seal(EndpointSecrets()),
            createdAt: .now(), configuredAt: .now())
        let event = RecordedEvent(
            id: WebhookEventID(), account: endpoint.account, type: WebhookPinged.type, subject: "1", sequence: 1,
            time: .now(), traceparent: nil, payload: Array(#"{"message":"hi"}"#.utf8))
        let request = try? GrownStyle.request(
            for: WebhookMessage(type: "test", event: event), to: endpoint, keyring: keyring)
        #expect(request.map { String(decoding: $0.body, as: UTF8.self) } == body)
        #expect(GrownStyle.types(for: WebhookPinged.self, version: version) == types)
        #expect(GrownStyle.messages(version: version).map(\.type) == types)
    }

    @Test func `messages that a version brings go to endpoints of that version`() async throws {
        try await Engine.with { engine in
            for (name, version) in [("old", "v1"), ("new", "v2")] {
                _ = try await engine.registry.configure(
                    name, of: engine.account, Self.settings, headers: [:], payloadVersion: version, isEnabled: true)
            }
            try await engine.database.withTransaction { transaction in
                engine.deliveries.record(
                    engine.event(subject: "1", sequence: 1),
                    messages: [("grown", "v1", "test"), ("grown", "v2", "test"), ("grown", "v2", "news")],
                    in: transaction)
            }
            #expect(try await engine.deliveries(of: "old").map(\.type) == ["test"])
            #expect(Set(try await engine.deliveries(of: "new").map(\.type)) == ["test", "news"])
        }
    }

    @Test func `an endpoint stays with its version until its owner says otherwise`() async throws {
        try await NotificationsHost.with { host in
            func put(_ style: String, _ version: String? = nil) async throws -> APIClient.Reply {
                var body: [String: JSONValue] = ["url": "https://shop.example/", "style": .string(style)]
                body["payload_version"] = version.map { .string($0) }
                return try await host.admin.send("PUT", "/admin/v1/webhook-endpoints/shop", body: .object(body))
            }
            let unknown = try await put("watchtraderhub", "v9")
            #expect(unknown.status == 400 && unknown.text.contains("#/payload_version"))
            #expect(try await put("watchtraderhub").json["payload_version"] == "v1")
            // As if it had been made with a version that is not the newest any more.
            try await host.platform.database.execute("UPDATE webhook_endpoints SET payload_version = 'v0'")
            #expect(try await put("watchtraderhub").json["payload_version"] == "v0")
            let shown = try await host.admin.send("GET", "/admin/v1/webhook-endpoints/shop").json
            #expect(shown["payload_version"] == "v0")
            // Another style has other versions.
            #expect(try await put("giddyup").json["payload_version"] == "v1")
            try await host.platform.database.execute("UPDATE webhook_endpoints SET payload_version = 'v0'")
            #expect(try await put("giddyup", "v1").json["payload_version"] == "v1")
        }
    }
}
