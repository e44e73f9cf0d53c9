/// Webhooks are no longer sent to an endpoint.
public struct WebhookEndpointDisabled: DescribedEvent {
    public static let name = "webhook_endpoint_disabled"
    public static let version = 1
    public static let topic = Topic.notificationsEvents
    public static let summary = "Webhooks are no longer sent to an endpoint."

    /// The endpoint's id.
    public var endpointID: ID<WebhookEndpoint>
    /// What its owner calls it.
    public var endpointName: String
    /// Why it was switched off.
    public var reason: WebhookEndpointDisablingReason

    /// Makes the event.
    public init(endpointID: ID<WebhookEndpoint>, endpointName: String, reason: WebhookEndpointDisablingReason) {
        self.endpointID = endpointID
        self.endpointName = endpointName
        self.reason = reason
    }

    enum CodingKeys: String, CodingKey {
        case endpointID = "endpoint_id"
        case endpointName = "name"
        case reason
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.endpointID, ID<WebhookEndpoint>.self, "The endpoint's id."),
            .required(CodingKeys.endpointName, String.self, "What its owner calls it."),
            .required(CodingKeys.reason, WebhookEndpointDisablingReason.self, "Why it was switched off."),
        ])
    }

    public static var example: WebhookEndpointDisabled {
        WebhookEndpointDisabled(endpointID: Examples.endpoint, endpointName: "shop", reason: .tooManyFailures)
    }
}

/// Why an endpoint was switched off.
public struct WebhookEndpointDisablingReason: ExtensibleEnum {
    /// The name in JSON.
    public let rawValue: String
    /// Takes any name, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It failed too often in a row.
    public static let tooManyFailures = WebhookEndpointDisablingReason(rawValue: "too_many_failures")
    /// Its owner or an operator wanted it.
    public static let requested = WebhookEndpointDisablingReason(rawValue: "requested")

    /// The names known today.
    public static let allKnown: [WebhookEndpointDisablingReason] = [.tooManyFailures, .requested]
}
