import Schema

/// A receiver of webhooks that an account has named.
struct WebhookEndpoint: Sendable {
    let id: WebhookEndpointID
    let account: AccountID
    let name: String
    var settings: EndpointSettings
    /// The version of the style's payloads, pinned when the endpoint was created.
    var payloadVersion: String
    var secrets: Sealed<EndpointSecrets>
    /// The account's keys that sign now, the newest first; none unless the endpoint's messages are signed with them.
    var signingKeys: [Sealed<WebhookSigningKey>] = []
    let createdAt: Timestamp
    /// The last change of settings, not of health.
    var configuredAt: Timestamp
    var disabled: Disabled? = nil
    var health = EndpointHealth()
    /// The number of the last event about this endpoint.
    var sequence: Int64 = 0

    struct Disabled: Sendable, Equatable {
        var reason: DisabledReason
        var at: Timestamp
    }

    /// Holds what is for it from now on. Answers the event to publish, or `nil` if it was disabled already.
    mutating func disable(_ reason: DisabledReason, at now: Timestamp) -> WebhookEndpointDisabled? {
        guard disabled == nil || isPaused else { return nil }
        disabled = Disabled(reason: reason, at: now)
        sequence += 1
        return WebhookEndpointDisabled(
            endpointID: id, endpointName: name, reason: WebhookEndpointDisablingReason(rawValue: reason.rawValue))
    }

    /// Whether its owner holds what is for it for a while.
    var isPaused: Bool { disabled?.reason == .paused }

    /// Holds what is for it for a while, which is nobody else's concern: no event tells of it. What is disabled stays so.
    mutating func pause(at now: Timestamp) {
        if disabled == nil { disabled = Disabled(reason: .paused, at: now) }
    }

    /// Sends to it again, what was held first. It gets the whole patience anew.
    mutating func enable() {
        guard disabled != nil else { return }
        disabled = nil
        health.forgetFailures()
    }
}

/// What the owner of an endpoint decides.
struct EndpointSettings: Sendable, Equatable {
    var url: String
    var style: String
    /// `*`, `order.*` or `order.created`, any number of them.
    var events: [String]
    var retry: RetrySettings
    /// Most records in one request, for styles that know batches; nil for one record a request.
    var batchSize: Int?
    /// What the records are that it gets, for styles that speak of resources; nil for all.
    var resource: String?
    /// Most messages a second; nil for as many as it takes.
    var rateLimit: Int?
    /// How its messages are signed, beside what its style demands.
    var signatures: [SignatureScheme] = [.symmetric]
}
