import Foundation
import Schema
import Testing

@testable import Notifications

@Suite struct WatchTraderHubStyleTests {
    /// The key under which the catalogue's examples are sealed: the bytes 0 to 31.
    private static let keyring = try? DataKeyring("example:" + Data(0..<32).base64EncodedString())

    private func render(_ type: String, _ event: some Event, sequence: Int64 = 3) throws -> JSONValue {
        let keyring = try #require(Self.keyring)
        let recorded = RecordedEvent(
            id: WebhookEventID(), account: AccountID(), type: Swift.type(of: event).type, subject: "subject",
            sequence: sequence, time: Timestamp(microseconds: 1_716_890_400_123_000), traceparent: nil,
            payload: try JSON.encode(event))
        let settings = EndpointSettings(
            url: "https://shop.example/", style: "watchtraderhub", events: ["*"], retry: RetrySettings(), batchSize: nil
        )
        let endpoint = Notifications.WebhookEndpoint(
            id: WebhookEndpointID(), account: recorded.account, name: "shop", settings: settings, payloadVersion: "v1",
            secrets: try keyring.seal(EndpointSecrets()), createdAt: .now(), configuredAt: .now())
        let request = try WatchTraderHubStyle.request(
            for: WebhookMessage(type: type, event: recorded), to: endpoint, keyring: keyring)
        #expect(request.id == recorded.id.description)
        return try JSON.decode(JSONValue.self, from: request.body)
    }

    @Test func `an order comes in an event's envelope, its buyer opened`() throws {
        let body = try render("order.created", OrderPlaced.example)
        #expect(body["object"] == .string("event"))
        #expect(body["type"] == .string("order.created"))
        #expect(body["api_version"] == .string("v1"))
        #expect(body["created_at"] == .string("2024-05-28T10:00:00.123Z"))
        #expect(body["sequence"] == 3)
        let order = try #require(body["data"]?["object"])
        #expect(order["object"] == .string("order"))
        #expect(order["id"] == .string(OrderPlaced.example.order.id.description))
        #expect(order["buyer"]?["email"] != nil && order["buyer"]?["ciphertext"] == nil)
    }

    @Test func `every template can make its message`() throws {
        let keyring = try #require(Self.keyring)
        for template in WatchTraderHubStyle.templates {
            let object = try template.object(try JSON.encode(template.event.example), keyring)
            let json = try JSON.decode(JSONValue.self, from: JSON.encode(object))
            #expect(json["ciphertext"] == nil, "\(template.type)")
        }
    }

    @Test func `announces what the dealer API lists`() {
        let documented = [
            "order.created", "order.matched", "order.cancelled", "listing.published", "listing.updated", "listing.sold",
            "customer.created", "customer.updated", "integration.test_event",
        ]
        #expect(WatchTraderHubStyle.templates.map(\.type) == documented)
    }
}
