import Edge
import HTTPTypes
import Schema

/// The management API's delivery log.
struct WebhookDeliveryRoutes: Sendable {
    let log: DeliveryLog
    let deliveries: DeliveryStore
    let keyring: DataKeyring

    var routes: [Route] {
        var management = RouteGroup(Management())
        management.get("/webhook-deliveries", list)
        management.get("/webhook-deliveries/{id}", retrieve)
        management.post("/webhook-deliveries/{id}/requeue", requeue)
        return management.routes
    }

    /// Newest first, filtered by `endpoint`, `status`, `type`, `resource` (or `subject`), `event`, `response_status`, `text`,
    /// `created_after`, `created_before`. What no index finds is looked for in so many deliveries a page: one with few or
    /// none of them may have a next one.
    private func list(_ request: APIRequest) async throws -> APIResponse {
        let page = try ManagementPage(request) { WebhookDeliveryID($0) }
        let found = try await log.page(
            of: request.principal.account, try filter(request.query), before: page.start, limit: page.limit)
        return try .json(
            ManagementList(found.deliveries.map(WebhookDeliveryBody.init), next: found.next?.description))
    }

    /// With the request as it is sent.
    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        let delivery = try await delivery(request)
        let message = try await deliveries.delivery(delivery.id, of: request.principal.account)
        let sent = message.flatMap { WebhookRequestBody($0, keyring: keyring) }
        return try .json(WebhookDeliveryBody(delivery, request: sent))
    }

    /// Sends a failed delivery again, with all its attempts before it. One that is pending anyway stays as it is.
    private func requeue(_ request: APIRequest) async throws -> APIResponse {
        let delivery = try await delivery(request)
        guard delivery.status != .delivered else {
            throw RequestError.conflict(code: "already_delivered", message: "This delivery has been delivered.")
        }
        _ = try await deliveries.requeue(delivery.id, of: request.principal.account)
        return try .json(WebhookDeliveryBody(try await self.delivery(request)), status: .accepted)
    }

    private func delivery(_ request: APIRequest) async throws -> WebhookDelivery {
        guard let id = WebhookDeliveryID(try request.parameter("id")),
            let delivery = try await log.delivery(id, of: request.principal.account)
        else { throw RequestError.notFound("webhook delivery") }
        return delivery
    }

    private func filter(_ query: QueryParameters) throws(RequestError) -> DeliveryLog.Filter {
        var filter = DeliveryLog.Filter(
            endpoint: query.string("endpoint"), status: try query.choice("status", of: DeliveryStatus.self),
            type: query.string("type"), subject: query.string("resource") ?? query.string("subject"),
            createdAfter: try query.timestamp("created_after"), createdBefore: try query.timestamp("created_before"),
            text: query.string("text"))
        if query.string("response_status") != nil {
            filter.code = try query.integer("response_status", in: 100...599, default: 100)
        }
        if let text = query.string("event") {
            guard let event = WebhookEventID(text) else {
                throw .invalid("event", code: "invalid_id", "This is not an event's id.")
            }
            filter.event = event
        }
        return filter
    }
}

/// A delivery as the management API shows it.
struct WebhookDeliveryBody: Encodable, Sendable {
    let object = "webhook_delivery"
    let id: WebhookDeliveryID
    let endpoint: String
    let event: WebhookEventID
    let type: String
    let subject: String
    let sequence: Int64
    let status: DeliveryStatus
    let attempts: Int
    let createdAt: Timestamp
    @Nullable var nextAttemptAt: Timestamp?
    @Nullable var lastAttemptAt: Timestamp?
    @Nullable var lastStatus: Int?
    @Nullable var lastError: String?
    @Nullable var lastResponse: String?
    @Nullable var lastResponseHeaders: JSONValue?
    /// The attempts that failed, the oldest first.
    let failures: [Failure]
    /// Only of a delivery that is asked for by itself.
    let request: WebhookRequestBody?

    struct Failure: Encodable, Sendable {
        let at: Timestamp
        @Nullable var status: Int?
        @Nullable var error: String?
        /// What the receiver answered; in lists only to the last attempt.
        let response: String?
        let responseHeaders: JSONValue?

        init(_ failure: WebhookDelivery.Failure) {
            at = failure.at
            response = failure.response
            responseHeaders = failure.headers
            status = failure.status
            error = failure.error
        }

        enum CodingKeys: String, CodingKey {
            case at, status, error, response
            case responseHeaders = "response_headers"
        }
    }

    init(_ delivery: WebhookDelivery) {
        self.init(delivery, request: nil)
    }

    init(_ delivery: WebhookDelivery, request: WebhookRequestBody?) {
        self.request = request
        failures = delivery.failures.map(Failure.init)
        id = delivery.id
        endpoint = delivery.endpoint
        event = delivery.event
        type = delivery.type
        subject = delivery.subject
        sequence = delivery.sequence
        status = delivery.status
        attempts = delivery.attempts
        createdAt = delivery.createdAt
        nextAttemptAt = delivery.status == .pending ? delivery.dueAt : nil
        lastAttemptAt = delivery.lastAttemptAt
        lastStatus = delivery.lastStatus
        lastError = delivery.lastError
        lastResponse = delivery.lastResponse
        lastResponseHeaders = delivery.lastHeaders
    }

    enum CodingKeys: String, CodingKey {
        case object, id, endpoint, event, type, subject, sequence, status, attempts, failures, request
        case createdAt = "created_at"
        case nextAttemptAt = "next_attempt_at"
        case lastAttemptAt = "last_attempt_at"
        case lastStatus = "last_status"
        case lastError = "last_error"
        case lastResponse = "last_response"
        case lastResponseHeaders = "last_response_headers"
    }
}
