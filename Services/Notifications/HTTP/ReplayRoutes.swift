import Edge
import HTTPTypes
import Schema

/// The management API's replays: events of the log, sent to one endpoint once more.
struct ReplayRoutes: Sendable {
    let replays: ReplayStore
    let log: EventLog
    let endpoints: WebhookEndpointStore
    let idempotency: Idempotency

    var routes: [Route] {
        var management = RouteGroup(Management())
        management.post("/webhook-endpoints/{name}/replay", begin)
        management.get("/webhook-replays", list)
        management.get("/webhook-replays/{id}", retrieve)
        management.post("/webhook-replays/{id}/cancel", cancel)
        return management.routes
    }

    private struct Body: NamingItsFields {
        let since: String?
        let until: String?
        /// An aggregate's id.
        let resource: String?
        let events: [String]?

        enum CodingKeys: CodingKey { case since, until, resource, events }
    }

    /// Takes what matches everything that the body says, up to now. The answer comes at once, the deliveries follow.
    private func begin(_ request: APIRequest) async throws -> APIResponse {
        let body = try request.decode(Exactly<Body>.self).body
        let account = request.principal.account
        guard body.since != nil || body.resource != nil || body.events != nil else {
            throw RequestError.invalid("since", code: "required", "There must be since, resource or events.")
        }
        let (since, until) = try EventFilters.times(since: body.since, until: body.until)
        let filter = EventLog.Filter(subject: body.resource, since: since, until: until)
        let events = try await events(body.events, of: account)
        guard let endpoint = try await endpoints.endpoint(request.parameter("name"), of: account) else {
            throw RequestError.notFound("webhook endpoint")
        }
        let id = WebhookReplayID()
        return try await idempotency.perform(request, isRequired: false) { [replays] transaction in
            try .json(
                ReplayBody(
                    try await replays.begin(id, to: endpoint, filter, events: events, in: transaction)),
                status: .accepted)
        }
    }

    private func events(_ texts: [String]?, of account: AccountID) async throws -> [WebhookEventID]? {
        guard let texts else { return nil }
        guard (1...1000).contains(texts.count) else {
            throw RequestError.invalid("events", code: "out_of_range", "There must be 1 to 1000 ids.")
        }
        let ids = texts.map { WebhookEventID($0) }
        let known = try await log.known(ids.compactMap(\.self), of: account)
        var validation = Validation()
        for (index, id) in ids.enumerated() where id.map(known.contains) != true {
            validation.fail(["events", "\(index)"], "unknown_event", "There is no such event in the log.")
        }
        try validation.check()
        return ids.compactMap(\.self)
    }

    /// Newest first.
    private func list(_ request: APIRequest) async throws -> APIResponse {
        let page = try ManagementPage(request) { WebhookReplayID($0) }
        let rows = try await replays.replays(of: request.principal.account, before: page.start, limit: page.limit + 1)
        return try .json(ManagementList(rows, limit: page.limit, key: \.id.description, ReplayBody.init))
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        try .json(ReplayBody(try await replay(request)))
    }

    /// Makes no more deliveries; those that were made stay.
    private func cancel(_ request: APIRequest) async throws -> APIResponse {
        try await replays.cancel(try await replay(request).id, of: request.principal.account)
        return try .json(ReplayBody(try await replay(request)))
    }

    private func replay(_ request: APIRequest) async throws -> WebhookReplay {
        guard let id = WebhookReplayID(try request.parameter("id")),
            let replay = try await replays.replay(id, of: request.principal.account)
        else { throw RequestError.notFound("webhook replay") }
        return replay
    }
}

/// A replay as the management API shows it.
struct ReplayBody: Encodable, Sendable {
    private let object = "webhook_replay"
    private let id: WebhookReplayID
    private let endpoint: String
    @Nullable private var since: Timestamp?
    @Nullable private var until: Timestamp?
    @Nullable private var resource: String?
    @Nullable private var events: [WebhookEventID]?
    private let status: String
    private let queued: Int
    private let createdAt: Timestamp
    @Nullable private var finishedAt: Timestamp?

    init(_ replay: WebhookReplay) {
        id = replay.id
        endpoint = replay.endpoint
        status = replay.status.rawValue
        queued = replay.queued
        createdAt = replay.createdAt
        since = replay.since
        until = replay.until
        resource = replay.subject
        events = replay.events
        finishedAt = replay.finishedAt
    }

    enum CodingKeys: String, CodingKey {
        case object, id, endpoint, since, until, resource, events, status, queued
        case createdAt = "created_at"
        case finishedAt = "finished_at"
    }
}
