import Edge
import Schema

/// Webhooks of the dealer API: an event envelope around the resource as the REST API shows it, signed as Stripe does.
enum WatchTraderHubStyle: WebhookStyle {
    static let name = "watchtraderhub"
    static let signatureHeader: String? = "WTH-Signature"
    static let testEvent = "integration.test_event"

    static let templates = [
        MessageTemplate("order.created", OrderPlaced.self) { try order($0.order, $1) },
        MessageTemplate("order.matched", OrderMatched.self) { try order($0.order, $1) },
        MessageTemplate("order.cancelled", OrderCancelled.self) { try order($0.order, $1) },
        MessageTemplate("listing.published", ListingPublished.self) { event, _ in
            WatchTraderHub.ListingBody(event.listing)
        },
        MessageTemplate("listing.updated", ListingUpdated.self) { event, _ in WatchTraderHub.ListingBody(event.listing)
        },
        MessageTemplate("listing.sold", ListingSold.self) { event, _ in WatchTraderHub.ListingBody(event.listing) },
        MessageTemplate("customer.created", CustomerCreated.self) { try customer($0.customer, $1) },
        MessageTemplate("customer.updated", CustomerUpdated.self) { try customer($0.customer, $1) },
        MessageTemplate(testEvent, WebhookPinged.self) { event, _ in event },
    ]

    static func request(
        for message: WebhookMessage, to endpoint: WebhookEndpoint, keyring: DataKeyring
    ) throws -> WebhookRequest {
        let template = try template(for: message, version: endpoint.payloadVersion)
        let event = message.event
        let id = event.id.description
        let envelope = Envelope(
            id: id, type: message.type, apiVersion: endpoint.payloadVersion, createdAt: event.time,
            sequence: event.sequence, data: .init(object: try template.object(event.payload, keyring)))
        return WebhookRequest(id: id, url: endpoint.settings.url, body: try JSON.encode(envelope))
    }

    static func signature(of request: WebhookRequest, at seconds: Int64, secrets: [WebhookSecret]) -> String {
        WebhookSignature.stripe(seconds: seconds, body: request.body, secrets: secrets)
    }

    private static func order(_ order: OrderSnapshot, _ keyring: DataKeyring) throws -> WatchTraderHub.OrderBody {
        WatchTraderHub.OrderBody(order, buyer: try order.buyer.map { try keyring.open($0) })
    }

    private static func customer(
        _ customer: CustomerSnapshot, _ keyring: DataKeyring
    ) throws -> WatchTraderHub.CustomerBody {
        WatchTraderHub.CustomerBody(customer, person: try keyring.open(customer.person))
    }

    /// `{"id", "object": "event", "type", "api_version", "created_at", "sequence", "data": {"object": …}}`
    private struct Envelope: Encodable {
        struct Content: Encodable {
            let object: any Encodable & Sendable

            enum CodingKeys: String, CodingKey { case object }

            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(object, forKey: .object)
            }
        }

        let id: String
        let object = "event"
        let type: String
        let apiVersion: String
        let createdAt: Timestamp
        let sequence: Int64
        let data: Content

        enum CodingKeys: String, CodingKey {
            case id, object, type, sequence, data
            case apiVersion = "api_version"
            case createdAt = "created_at"
        }
    }
}

/// A delivery names a message that its style does not know (any more).
struct UnknownMessageType: Error, CustomStringConvertible {
    let type: String
    var description: String { "The endpoint's style has no message \(type)." }
}
