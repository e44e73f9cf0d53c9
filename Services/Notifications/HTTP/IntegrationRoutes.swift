import Edge
import HTTPTypes
import Messaging
import Schema

/// The dealer API's "Public", "Integration" and "Test utilities" (`watchtraderhub.md`).
struct IntegrationRoutes: Sendable {
    let endpoints: WebhookEndpointStore
    let deliveries: DeliveryStore
    let idempotency: Idempotency

    private static let apiVersion = "v1"

    var routes: [Route] {
        var dealer = RouteGroup(WatchTraderHub())
        dealer.get("/health", isPublic: true, health)
        dealer.get("/openapi.json", isPublic: true, openAPI)
        dealer.get("/me", me)
        dealer.post("/test/webhook_ping", ping)
        return dealer.routes
    }

    private struct HealthBody: Encodable {
        let status = "ok"
        let apiVersion: String

        enum CodingKeys: String, CodingKey {
            case status
            case apiVersion = "api_version"
        }
    }

    private func health(_ request: APIRequest) throws -> APIResponse {
        try .json(HealthBody(apiVersion: Self.apiVersion))
    }

    private func openAPI(_ request: APIRequest) throws -> APIResponse {
        .json(bytes: WatchTraderHub.openAPIDocument)
    }

    /// The state of the account's dealer endpoint, the one configured last if there are several.
    private func me(_ request: APIRequest) async throws -> APIResponse {
        let account = request.principal.account
        let endpoint = try await endpoints.latestEndpoint(of: account, style: WatchTraderHubStyle.name)
        return try .json(
            IntegrationBody(
                account: account, isTestMode: request.principal.isTestMode, apiVersion: Self.apiVersion,
                endpoint: endpoint))
    }

    private struct PingBody: Encodable {
        let id: WebhookEventID
        let object = "event"
        let type = WatchTraderHubStyle.testEvent
    }

    /// Sends a test message to every endpoint of the account whose style has one.
    private func ping(_ request: APIRequest) async throws -> APIResponse {
        let event = RecordedEvent(pinging: request.principal.account)
        return try await idempotency.perform(request) { transaction in
            deliveries.record(event, messages: WebhookStyles.messages(for: WebhookPinged.self), in: transaction)
            return try .json(PingBody(id: event.id), status: .accepted)
        }
    }
}

/// The answer of `GET /v1/me`.
struct IntegrationBody: Encodable, Sendable {
    let object = "integration"
    let apiVersion: String
    let userID: AccountID
    let isEnabled: Bool
    let isTestMode: Bool
    let subscribedEvents: [String]
    let webhook: Webhook

    struct Webhook: Encodable, Sendable {
        @Nullable var url: String?
        let consecutiveFailures: Int
        @Nullable var lastSuccessAt: Timestamp?
        @Nullable var lastFailureAt: Timestamp?

        enum CodingKeys: String, CodingKey {
            case url
            case consecutiveFailures = "consecutive_failures"
            case lastSuccessAt = "last_success_at"
            case lastFailureAt = "last_failure_at"
        }
    }

    init(account: AccountID, isTestMode: Bool, apiVersion: String, endpoint: WebhookEndpoint?) {
        self.apiVersion = apiVersion
        userID = account
        isEnabled = endpoint?.disabled == nil
        self.isTestMode = isTestMode
        subscribedEvents = EventFilter.subscribed(
            endpoint?.settings.events ?? [], among: WatchTraderHubStyle.templates.map(\.type))
        webhook = Webhook(
            url: endpoint?.settings.url, consecutiveFailures: endpoint?.health.consecutiveFailures ?? 0,
            lastSuccessAt: endpoint?.health.lastSuccessAt, lastFailureAt: endpoint?.health.lastFailureAt)
    }

    enum CodingKeys: String, CodingKey {
        case object, webhook
        case apiVersion = "api_version"
        case userID = "user_id"
        case isEnabled = "is_enabled"
        case isTestMode = "is_test_mode"
        case subscribedEvents = "subscribed_events"
    }
}
