import Edge
import HTTPTypes
import Schema

/// The management API's webhook endpoints.
struct WebhookEndpointRoutes: Sendable {
    let registry: EndpointRegistry
    let deliveries: DeliveryStore
    let allowsPlainHTTP: Bool
    let publicURL: String

    var routes: [Route] {
        var management = RouteGroup(Management())
        management.put("/webhook-endpoints/{name}", configure)
        management.get("/webhook-endpoints/{name}", retrieve)
        management.delete("/webhook-endpoints/{name}", delete)
        management.get("/webhook-endpoints", list)
        management.post("/webhook-endpoints/{name}/rotate-secret", rotateSecret)
        management.post("/webhook-endpoints/{name}/enable", enable)
        management.post("/webhook-endpoints/{name}/disable", disable)
        management.post("/webhook-endpoints/{name}/pause", pause)
        management.post("/webhook-endpoints/{name}/resume", resume)
        management.post("/webhook-endpoints/{name}/requeue-failed", requeueFailed)
        return management.routes
    }

    /// Creates the endpoint or replaces its settings; its secret stays. An endpoint that was disabled is enabled, unless
    /// the body says otherwise.
    private func configure(_ request: APIRequest) async throws -> APIResponse {
        let body = try request.decode(WebhookEndpointRequest.self)
        let (settings, headers, tls) = try body.settings(allowsPlainHTTP: allowsPlainHTTP)
        let name = try request.parameter("name")
        guard (1...100).contains(name.count) else {
            throw RequestError.invalid("name", code: "too_long", "A name has 1 to 100 characters.")
        }
        let configured = try await registry.configure(
            name, of: request.principal.account, settings, headers: headers, tls: tls,
            payloadVersion: body.payloadVersion, isEnabled: body.enabled)
        return try answer(configured.endpoint, showsSecret: true, status: configured.isNew ? .created : .ok)
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        try answer(try await endpoint(request))
    }

    private func list(_ request: APIRequest) async throws -> APIResponse {
        let page = try ManagementPage(request) { $0 }
        let endpoints = try await registry.store.endpoints(
            of: request.principal.account, after: page.start ?? "", limit: page.limit + 1)
        let bodies = try endpoints.map { try body($0, showsSecret: false) }
        return try .json(ManagementList(bodies, limit: page.limit, key: \.name) { $0 })
    }

    /// Removes the endpoint. Its deliveries are gone for readers at once, and are removed soon after.
    private func delete(_ request: APIRequest) async throws -> APIResponse {
        let isGone = try await registry.store.delete(request.parameter("name"), of: request.principal.account)
        guard isGone else { throw Self.notFound }
        return .noContent
    }

    private func rotateSecret(_ request: APIRequest) async throws -> APIResponse {
        let overlap = try request.decode(Exactly<RotationRequest>.self).body.overlap()
        let endpoint = try await change(request) { [registry] endpoint in
            try registry.rotateSecret(of: &endpoint, overlap: overlap)
            return nil
        }
        return try answer(endpoint, showsSecret: true)
    }

    private func enable(_ request: APIRequest) async throws -> APIResponse {
        let name = try request.parameter("name")
        guard let endpoint = try await registry.enable(name, of: request.principal.account) else {
            throw Self.notFound
        }
        return try answer(endpoint)
    }

    /// Its deliveries are held until it is enabled again.
    private func disable(_ request: APIRequest) async throws -> APIResponse {
        try answer(try await change(request) { endpoint in endpoint.disable(.requested, at: .now()) })
    }

    /// Holds its deliveries until it is resumed. One that is disabled stays disabled.
    private func pause(_ request: APIRequest) async throws -> APIResponse {
        let endpoint = try await registry.pause(request.parameter("name"), of: request.principal.account)
        guard let endpoint else { throw Self.notFound }
        return try answer(try Self.held(endpoint))
    }

    private func resume(_ request: APIRequest) async throws -> APIResponse {
        let endpoint = try await registry.resume(request.parameter("name"), of: request.principal.account)
        guard let endpoint else { throw Self.notFound }
        return try answer(try Self.held(endpoint))
    }

    /// The endpoint, unless it is disabled for a reason that pausing and resuming have no say in.
    private static func held(_ endpoint: WebhookEndpoint) throws(RequestError) -> WebhookEndpoint {
        guard endpoint.disabled == nil || endpoint.isPaused else {
            throw .conflict(code: "endpoint_disabled", message: "The endpoint is disabled; it can be enabled.")
        }
        return endpoint
    }

    private struct RequeuedBody: Encodable {
        let requeued: Int
    }

    private struct RequeueRequest: NamingItsFields {
        /// From when deliveries count, and before when; by the time they were made.
        let since: String?
        let until: String?

        enum CodingKeys: CodingKey { case since, until }
    }

    private func requeueFailed(_ request: APIRequest) async throws -> APIResponse {
        let body = try request.decode(Exactly<RequeueRequest>.self).body
        let (since, until) = try EventFilters.times(since: body.since, until: body.until)
        let endpoint = try await endpoint(request)
        let count = try await deliveries.requeueFailed(of: endpoint.id, since: since, until: until)
        return try .json(RequeuedBody(requeued: count), status: .accepted)
    }

    private func endpoint(_ request: APIRequest) async throws -> WebhookEndpoint {
        let name = try request.parameter("name")
        guard let endpoint = try await registry.store.endpoint(name, of: request.principal.account) else {
            throw Self.notFound
        }
        return endpoint
    }

    private func change(
        _ request: APIRequest, _ change: @Sendable (inout WebhookEndpoint) throws -> WebhookEndpointDisabled?
    ) async throws -> WebhookEndpoint {
        let name = try request.parameter("name")
        guard let endpoint = try await registry.change(name, of: request.principal.account, change) else {
            throw Self.notFound
        }
        return endpoint
    }

    private func answer(
        _ endpoint: WebhookEndpoint, showsSecret: Bool = false, status: HTTPResponse.Status = .ok
    ) throws -> APIResponse {
        try .json(try body(endpoint, showsSecret: showsSecret), status: status)
    }

    private func body(_ endpoint: WebhookEndpoint, showsSecret: Bool) throws -> WebhookEndpointBody {
        WebhookEndpointBody(
            endpoint, try registry.keyring.open(endpoint.secrets), showsSecret: showsSecret, publicURL: publicURL)
    }

    private static let notFound = RequestError.notFound("webhook endpoint")
}
