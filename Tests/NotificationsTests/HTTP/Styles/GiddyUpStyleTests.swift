import Foundation
import Schema
import TestKit
import Testing

@testable import Notifications

@Suite struct GiddyUpStyleTests {
    /// The key under which the catalogue's examples are sealed: the bytes 0 to 31.
    private static let keyring = try? DataKeyring("example:" + Data(0..<32).base64EncodedString())

    private func render(_ style: any WebhookStyle.Type, _ type: String, _ event: some Event) throws -> JSONValue {
        let keyring = try #require(Self.keyring)
        let recorded = RecordedEvent(
            id: WebhookEventID(), account: AccountID(), type: Swift.type(of: event).type, subject: "subject",
            sequence: 3, time: .now(), traceparent: nil, payload: try JSON.encode(event))
        let endpoint = Notifications.WebhookEndpoint(
            id: WebhookEndpointID(), account: recorded.account, name: "brand",
            settings: EndpointSettings(
                url: "https://brand.example/", style: style.name, events: ["*"], retry: RetrySettings(), batchSize: nil),
            payloadVersion: "v1", secrets: try keyring.seal(EndpointSecrets()), createdAt: .now(), configuredAt: .now())
        let request = try style.request(
            for: WebhookMessage(type: type, event: recorded), to: endpoint, keyring: keyring)
        return try JSON.decode(JSONValue.self, from: request.body)
    }

    @Test func `a placed order has no user, and its buyer opened`() throws {
        let body = try render(GiddyUpStyle.self, "order.placed", OrderPlaced.example)
        #expect(body["event_type"] == "order.placed")
        #expect(body["user"] == .null)
        #expect(body["order"]?["id"] == "ORD-240528-00001")
        #expect(body["order"]?["customer_email"]?.string?.contains("@") == true)
        #expect(body["order"]?["items"]?.array?.first?["discounts"] == [["code": "SPRING", "amount": "5.00"]])
    }

    @Test func `a change tells who made it, whichever event it comes from`() throws {
        let returned = try render(GiddyUpStyle.self, "order.modified", OrderModified.example)
        #expect(returned["user"]?.string?.contains("@") == true)
        let refunded = try render(GiddyUpStyle.self, "order.modified", OrderRefunded.example)
        #expect(refunded["event_type"] == "order.modified")
        #expect(refunded["user"] != nil)
    }

    @Test func `whoever sends the orders hears the order's name alone when it is off`() throws {
        let body = try render(GiddyUpLogisticsStyle.self, "cancel_shipment", OrderCancelled.example)
        #expect(body == ["event_type": "cancel_shipment", "order_id": "ORD-240528-00001"])
        let test = try render(GiddyUpLogisticsStyle.self, "test_integration", WebhookPinged.example)
        #expect(test == ["event_type": "test_integration"])
        let created = try render(GiddyUpLogisticsStyle.self, "order_created", OrderPlaced.example)
        #expect(created["order"]?["id"] == "ORD-240528-00001" && created["user"] == nil)
        #expect(created["order"]?["refunds"] == nil && created["order"]?["shipments"] == nil)
    }

    @Test func `a bundle has its parts, and a tax those who levy it`() throws {
        let body = try render(GiddyUpStyle.self, "order.placed", OrderPlaced.example)
        let item = try #require(body["order"]?["items"]?.array?.first)
        let part = try #require(item["items"]?.array?.first)
        #expect(part["name"] == "Sample widget" && part["price"] == "0.00")
        #expect(part["discounts"] == [["code": "SPRING", "amount": "5.00"]])
        #expect(item["tax_details"] == [["jurisdiction": "TEXAS", "tax_rate": "0.0825", "tax": "4.13"]])
    }

    @Test func `every template can make its message`() throws {
        let keyring = try #require(Self.keyring)
        for template in GiddyUpStyle.templates + GiddyUpLogisticsStyle.templates {
            let object = try template.object(try JSON.encode(template.event.example), keyring)
            let json = try JSON.decode(JSONValue.self, from: JSON.encode(object))
            #expect(json["event_type"] == .string(template.type))
        }
    }
}
