import Edge
import Schema

/// An endpoint as the management API shows it. Its secret is only in the answers of PUT and rotate-secret.
struct WebhookEndpointBody: Encodable, Sendable {
    let object = "webhook_endpoint"
    let id: WebhookEndpointID
    let name: String
    let url: String
    let style: String
    let payloadVersion: String
    let events: [String]
    let retry: Retry
    @Nullable var batchSize: Int?
    @Nullable var resource: String?
    @Nullable var rateLimit: Int?
    /// The names of the endpoint's own headers; values may be keys of the receiver.
    let headers: [String: String]
    /// How messages are signed, and where the keys of `v1a` are.
    let signatures: [String]
    @Nullable var jwksURL: String?
    @Nullable var clientCertificate: Certificate?
    @Nullable var trustedRoots: String?
    let enabled: Bool
    let paused: Bool
    @Nullable var disabledReason: String?
    @Nullable var disabledAt: Timestamp?
    let consecutiveFailures: Int
    /// Whether it gets messages at present, and until when not.
    let circuit: EndpointHealth.Circuit
    @Nullable var circuitOpenUntil: Timestamp?
    @Nullable var lastSuccessAt: Timestamp?
    @Nullable var lastFailureAt: Timestamp?
    let createdAt: Timestamp
    let configuredAt: Timestamp
    let secret: String?
    let previousSecretExpiresAt: Timestamp?

    /// `null` stands for the service's standard schedule.
    struct Retry: Encodable, Sendable {
        @Nullable var limit: Int?
        @Nullable var delaySeconds: Int?
        @Nullable var backoff: Bool?

        enum CodingKeys: String, CodingKey {
            case limit, backoff
            case delaySeconds = "delay_seconds"
        }
    }

    /// What may be shown of a client certificate.
    struct Certificate: Encodable, Sendable {
        let subject: String
        let serial: String
        let expiresAt: Timestamp

        enum CodingKeys: String, CodingKey {
            case subject, serial
            case expiresAt = "expires_at"
        }
    }

    /// - Parameter publicURL: Where receivers reach this installation.
    init(_ endpoint: WebhookEndpoint, _ secrets: EndpointSecrets, showsSecret: Bool, publicURL: String) {
        id = endpoint.id
        name = endpoint.name
        url = endpoint.settings.url
        style = endpoint.settings.style
        payloadVersion = endpoint.payloadVersion
        events = endpoint.settings.events
        let retry = endpoint.settings.retry
        self.retry = Retry(limit: retry.limit, delaySeconds: retry.delaySeconds, backoff: retry.backoff)
        headers = secrets.headers.mapValues { _ in "…" }
        enabled = endpoint.disabled == nil
        paused = endpoint.isPaused
        consecutiveFailures = endpoint.health.consecutiveFailures
        createdAt = endpoint.createdAt
        configuredAt = endpoint.configuredAt
        secret = showsSecret ? secrets.current.text : nil
        previousSecretExpiresAt = showsSecret ? secrets.previousExpiresAt : nil
        batchSize = endpoint.settings.batchSize
        signatures = endpoint.settings.signatures.map(\.rawValue)
        if endpoint.settings.signatures.contains(.asymmetric) {
            jwksURL = WebhookKeyRoutes.address(of: endpoint.account, at: publicURL)
        }
        clientCertificate = secrets.tls?.clientCertificate.map {
            Certificate(subject: $0.subject, serial: $0.serial, expiresAt: $0.expiresAt)
        }
        trustedRoots = secrets.tls?.trustedRoots
        resource = endpoint.settings.resource
        rateLimit = endpoint.settings.rateLimit
        disabledReason = endpoint.disabled?.reason.rawValue
        disabledAt = endpoint.disabled?.at
        circuit = endpoint.health.circuit(at: .now())
        circuitOpenUntil = endpoint.health.circuitOpenUntil
        lastSuccessAt = endpoint.health.lastSuccessAt
        lastFailureAt = endpoint.health.lastFailureAt
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case object, id, name, url, style, events, resource, retry, headers, enabled, paused, secret, signatures,
            circuit
        case jwksURL = "jwks_url"
        case clientCertificate = "client_certificate"
        case trustedRoots = "trusted_roots"
        case payloadVersion = "payload_version"
        case batchSize = "batch_size"
        case rateLimit = "rate_limit"
        case disabledReason = "disabled_reason"
        case disabledAt = "disabled_at"
        case consecutiveFailures = "consecutive_failures"
        case circuitOpenUntil = "circuit_open_until"
        case lastSuccessAt = "last_success_at"
        case lastFailureAt = "last_failure_at"
        case createdAt = "created_at"
        case configuredAt = "configured_at"
        case previousSecretExpiresAt = "previous_secret_expires_at"
    }
}
