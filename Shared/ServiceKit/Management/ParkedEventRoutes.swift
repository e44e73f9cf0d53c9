import Edge
import Messaging
import Schema

/// The operator's routes for events that could not be applied, the same on every service.
///
/// They show and treat the events of all accounts, without payloads, so they have a permission of their own.
struct ParkedEventRoutes: Sendable {
    static let permission: Permission = "parked-events"

    let parked: ParkedEvents

    /// `GET /admin/v1/parked-events`, `POST …/{id}/requeue`, `POST …/{id}/discard`.
    var routes: [Route] {
        var management = RouteGroup(Management())
        management.get("/parked-events", permission: Self.permission, list)
        management.post("/parked-events/{id}/requeue", permission: Self.permission, requeue)
        management.post("/parked-events/{id}/discard", permission: Self.permission, discard)
        return management.routes
    }

    /// In the order in which they were parked.
    private func list(_ request: APIRequest) async throws -> APIResponse {
        let page = try ManagementPage(request) { Int64($0) }
        let items = try await parked.list(after: page.start ?? 0, limit: page.limit + 1)
        return try .json(
            ManagementList(items, limit: page.limit, key: { String($0.position) }, ParkedEventBody.init))
    }

    /// Applies the event and those of its aggregate that are parked behind it.
    private func requeue(_ request: APIRequest) async throws -> APIResponse {
        switch try await parked.requeue(try id(request).uuid) {
        case .notFound: throw RequestError.notFound("parked event")
        case .applied(let count): return try .json(["applied": count])
        case .failed(let count, let event, let error):
            throw RequestError.conflict(
                code: "still_failing",
                message: "\(ID<EventID>(uuid: event)) failed again after \(count) were applied: \(error)")
        }
    }

    /// Drops the event for good; those parked behind it stay until they are requeued.
    private func discard(_ request: APIRequest) async throws -> APIResponse {
        guard try await parked.discard(try id(request).uuid) else { throw RequestError.notFound("parked event") }
        return .noContent
    }

    private func id(_ request: APIRequest) throws -> ID<EventID> {
        // What is no id names no event.
        guard let id = ID<EventID>(try request.parameter("id")) else { throw RequestError.notFound("parked event") }
        return id
    }
}

private struct ParkedEventBody: Encodable {
    let id: ID<EventID>
    let type, topic, source, subject: String
    let sequence: Int64
    let account: ID<Account>
    let time, parkedAt: Timestamp
    let error: String

    init(_ item: ParkedEvents.Item) {
        id = ID(uuid: item.event.id)
        type = item.event.type
        topic = item.event.topic
        source = item.event.source
        subject = item.event.subject
        sequence = item.event.sequence
        account = item.event.account
        time = item.event.time
        parkedAt = item.parkedAt
        error = item.error
    }

    enum CodingKeys: String, CodingKey {
        case id, type, topic, source, subject, sequence, account, time, error
        case parkedAt = "parked_at"
    }
}
