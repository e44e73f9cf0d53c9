import Edge
import HTTPTypes
import Schema

/// `GET /admin/v1/events`: what happened in an account, in one order, for receivers that want to know what they missed.
struct EventRoutes: Sendable {
    let log: EventLog
    let endpoints: WebhookEndpointStore
    let keyring: DataKeyring

    var routes: [Route] {
        var management = RouteGroup(Management())
        management.get("/events", list)
        return management.routes
    }

    /// Oldest first, filtered by `resource_type`, `resource`, `type`, `since`, `until`; with the messages that `endpoint`
    /// gets of each event, or without it the messages of each style that the account has an endpoint of.
    private func list(_ request: APIRequest) async throws -> APIResponse {
        let account = request.principal.account
        let limit = try request.query.integer("limit", in: 1...200, default: 50)
        let start = try start(request.query)
        let filter = try EventFilters(request.query).filter
        let writer = EventMessages(endpoints: try await receivers(request), keyring: keyring)
        do {
            let page = try await log.page(of: account, filter, after: start, limit: limit)
            return try .json(EventListBody(page, writer))
        } catch is EventLog.Expired {
            throw RequestError.conflict(
                code: "cursor_expired",
                message: "Events behind this cursor are no longer kept. Read the resources and begin without a cursor.")
        }
    }

    private func receivers(_ request: APIRequest) async throws -> [(WebhookEndpoint, isWhole: Bool)] {
        let account = request.principal.account
        guard let name = request.query.string("endpoint") else {
            return try await log.styles(of: account).map { ($0, true) }
        }
        guard let endpoint = try await endpoints.endpoint(name, of: account) else {
            throw RequestError.notFound("webhook endpoint")
        }
        return [(endpoint, false)]
    }

    private func start(_ query: QueryParameters) throws(RequestError) -> EventPosition? {
        guard let cursor = query.string("after") else { return nil }
        let fields = try Cursor.decode(cursor, count: 3, parameter: "after")
        guard fields[0] == EventListBody.cursor, let number = Int64(fields[1]), let moment = Int64(fields[2]) else {
            throw Cursor.invalid("after")
        }
        return EventPosition(number: number, recordedAt: Timestamp(microseconds: moment))
    }
}

/// The filters of the event log, as queries and the bodies of replays write them.
struct EventFilters {
    var filter = EventLog.Filter()

    /// Reads `resource_type`, `resource`, `type`, `since`, `until`.
    init(_ query: QueryParameters) throws(RequestError) {
        (filter.since, filter.until) = try Self.times(since: query.string("since"), until: query.string("until"))
        filter.subject = query.string("resource")
        if let type = query.string("type") {
            filter.families = try Self.families(type)
        }
        if let name = query.string("resource_type") {
            guard let resource = EventResource.all.first(where: { $0.name == name }) else {
                let known = EventResource.all.map(\.name).joined(separator: ", ")
                throw .invalid("resource_type", code: "invalid_choice", "This must be one of: \(known).")
            }
            let families = resource.events.map { $0.family }
            filter.families = filter.families.map { $0.filter(Set(families).contains) } ?? families
        }
    }

    /// Reads a time from `since` until before `until`, and refuses one that ends before it begins.
    static func times(
        since: String?, until: String?
    ) throws(RequestError) -> (since: Timestamp?, until: Timestamp?) {
        var validation = Validation()
        let times = (since: validation.timestamp(since, "since"), until: validation.timestamp(until, "until"))
        if let since = times.since, let until = times.until, since >= until {
            validation.fail(["until"], "out_of_range", "This must be after since.")
        }
        try validation.check()
        return times
    }

    /// The events that a name stands for: their own (`order_placed`, or the whole type), or that of a message or a group of
    /// them in any style (`order.created`, `order.*`).
    private static func families(_ name: String) throws(RequestError) -> [String] {
        let announced = WebhookStyles.all.flatMap { $0.templates }
            .filter { EventFilter.entries(admitting: $0.type).dropFirst().contains(name) }
        let named = WebhookStyles.events.filter { event in
            [event.name, event.family].contains(name) || name.hasPrefix(event.family + ".v")
        }
        let families = Set(announced.map { $0.event.family } + named.map { $0.family })
        guard !families.isEmpty else { throw .invalid("type", code: "invalid_choice", "There is no such event.") }
        return families.sorted()
    }
}
