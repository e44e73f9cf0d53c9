import Edge
import Schema

/// Webhooks of the brand API (`giddyup.md`, "Webhooks"): what happened, who did it and the whole order.
enum GiddyUpStyle: WebhookStyle {
    static let name = "giddyup"
    static let retry: RetrySchedule? = .giddyUp
    static let retriesGone = true
    static let signatureHeader: String? = GiddyUpMessage.signatureHeader

    static let templates = [
        MessageTemplate("order.placed", OrderPlaced.self) { event, keyring in
            try GiddyUpMessage("order.placed", user: nil, event.order, keyring)
        },
        MessageTemplate("order.cancelled", OrderCancelled.self) { event, keyring in
            try GiddyUpMessage("order.cancelled", user: event.actor, event.order, keyring)
        },
        MessageTemplate("order.modified", OrderModified.self) { event, keyring in
            try GiddyUpMessage("order.modified", user: event.actor, event.order, keyring)
        },
        MessageTemplate("order.modified", OrderRefunded.self) { event, keyring in
            let refund = event.order.aftersales?.refunds.first { $0.refundID == event.refund.id }
            return try GiddyUpMessage("order.modified", user: refund?.actor, event.order, keyring)
        },
    ]

    static func request(
        for message: WebhookMessage, to endpoint: WebhookEndpoint, keyring: DataKeyring
    ) throws -> WebhookRequest {
        try GiddyUpMessage.request(
            for: message, as: try template(for: message, version: endpoint.payloadVersion), to: endpoint,
            keyring: keyring)
    }

    static func signature(of request: WebhookRequest, at seconds: Int64, secrets: [WebhookSecret]) -> String {
        GiddyUpMessage.signature(of: request, secrets: secrets)
    }
}

/// Webhooks of the brand API for whoever sends the orders (`giddyup.md`, "3PL Fulfillment").
enum GiddyUpLogisticsStyle: WebhookStyle {
    static let name = "giddyup-3pl"
    /// "When first connecting the provider."
    static let greeting: String? = "test_integration"
    static let retry: RetrySchedule? = .giddyUp
    static let retriesGone = true
    static let signatureHeader: String? = GiddyUpMessage.signatureHeader

    static let templates = [
        MessageTemplate("order_created", OrderPlaced.self) { event, keyring in
            try GiddyUpMessage("order_created", event.order, keyring)
        },
        MessageTemplate("order_updated", UpsellAdded.self) { event, keyring in
            try GiddyUpMessage("order_updated", event.order, keyring)
        },
        MessageTemplate("order_adjusted_line_item", OrderRefunded.self) { event, keyring in
            try GiddyUpMessage("order_adjusted_line_item", event.order, keyring)
        },
        MessageTemplate("cancel_shipment", OrderCancelled.self) { event, _ in
            GiddyUpMessage("cancel_shipment", orderID: GiddyUp.OrderBody.reference(of: event.order))
        },
        MessageTemplate("test_integration", WebhookPinged.self) { _, _ in GiddyUpMessage("test_integration") },
    ]

    static func request(
        for message: WebhookMessage, to endpoint: WebhookEndpoint, keyring: DataKeyring
    ) throws -> WebhookRequest {
        try GiddyUpMessage.request(
            for: message, as: try template(for: message, version: endpoint.payloadVersion), to: endpoint,
            keyring: keyring)
    }

    static func signature(of request: WebhookRequest, at seconds: Int64, secrets: [WebhookSecret]) -> String {
        GiddyUpMessage.signature(of: request, secrets: secrets)
    }
}

extension RetrySchedule {
    /// "Hourly for two days from the original request … around the 55th minute of each hour."
    fileprivate static let giddyUp = RetrySchedule(hours: 48, atMinute: 55)
}

/// The body of a brand's webhook; what a message does not have is left out, but for the user.
private struct GiddyUpMessage: Encodable, Sendable {
    private let eventType: String
    private var user: String??
    private var order: GiddyUp.OrderBody?
    private var orderID: String?

    /// A message without an order, or with its name alone.
    init(_ eventType: String, orderID: String? = nil) {
        self.eventType = eventType
        self.orderID = orderID
    }

    /// A message with an order, for whoever sends it.
    init(_ eventType: String, _ order: OrderSnapshot, _ keyring: DataKeyring) throws {
        self.eventType = eventType
        self.order = GiddyUp.OrderBody(
            order, buyer: try order.buyer.map { try keyring.open($0) }, for: .logistics)
    }

    /// A message with an order that tells who acted; nobody shows as null.
    init(_ eventType: String, user: Sealed<String>?, _ order: OrderSnapshot, _ keyring: DataKeyring) throws {
        self.eventType = eventType
        self.order = GiddyUp.OrderBody(order, buyer: try order.buyer.map { try keyring.open($0) })
        self.user = .some(try user.map { try keyring.open($0) })
    }

    enum CodingKeys: String, CodingKey {
        case user, order
        case eventType = "event_type"
        case orderID = "order_id"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(eventType, forKey: .eventType)
        if let user { try container.encode(user, forKey: .user) }
        try container.encodeIfPresent(order, forKey: .order)
        try container.encodeIfPresent(orderID, forKey: .orderID)
    }

    static func request(
        for message: WebhookMessage, as template: MessageTemplate, to endpoint: WebhookEndpoint, keyring: DataKeyring
    ) throws -> WebhookRequest {
        WebhookRequest(
            id: message.event.id.description, url: endpoint.settings.url,
            body: try JSON.encode(try template.object(message.event.payload, keyring)))
    }

    static let signatureHeader = "x-giddyup-hmac-sha256"

    /// One value for one secret: the newest, as receivers compare the header as a whole.
    static func signature(of request: WebhookRequest, secrets: [WebhookSecret]) -> String {
        secrets.first.map { WebhookSignature.hexadecimal(request.body, secret: $0) } ?? ""
    }
}
