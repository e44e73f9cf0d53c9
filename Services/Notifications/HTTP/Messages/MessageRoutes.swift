import Edge
import HTTPTypes
import Schema

/// The management API's messages to people: `POST`, `GET /admin/v1/messages`, `GET /admin/v1/messages/{id}`.
struct MessageRoutes: Sendable {
    let messages: MessageStore
    let log: MessageLog
    let idempotency: Idempotency
    /// Whether messages of a channel can leave.
    let hasTransport: @Sendable (MessageChannel, MessageSettings) -> Bool
    let settings: MessageSettingsStore

    var routes: [Route] {
        var management = RouteGroup(Management())
        management.post("/messages", accept)
        management.get("/messages", list)
        management.get("/messages/{id}", retrieve)
        return management.routes
    }

    /// Accepts a message durably. Whether consent holds is decided when it is sent.
    private func accept(_ request: APIRequest) async throws -> APIResponse {
        let account = request.principal.account
        let settings = try await settings.settings(of: account)
        let message = try request.decode(MessageRequest.self)
            .message(of: account) { hasTransport($0, settings) }
        return try await idempotency.perform(request, isRequired: false) { transaction in
            try messages.add(message, in: transaction)
            return try .json(AcceptedMessageBody(message), status: .accepted)
        }
    }

    /// Newest first, filtered by `channel`, `purpose`, `status`, `profile_id`.
    private func list(_ request: APIRequest) async throws -> APIResponse {
        let page = try ManagementPage(request) { MessageID($0) }
        let query = request.query
        var filter = MessageLog.Filter(
            channel: try query.choice("channel", of: MessageChannel.self),
            purpose: try query.choice("purpose", of: MessagePurpose.self),
            status: try query.choice("status", of: MessageStatus.self))
        if let text = query.string("profile_id") {
            guard let person = ProfileID(text)?.customerID ?? CustomerID(text) else {
                throw RequestError.invalid("profile_id", code: "invalid_id", "This is not a profile's id.")
            }
            filter.person = person
        }
        let rows = try await log.messages(
            of: request.principal.account, filter, before: page.start, limit: page.limit + 1)
        return try .json(ManagementList(rows, limit: page.limit, key: \.id.description, body))
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        guard let id = MessageID(try request.parameter("id")),
            let message = try await log.message(id, of: request.principal.account)
        else { throw RequestError.notFound("message") }
        return try .json(body(message))
    }

    private func body(_ message: Message) -> MessageBody {
        MessageBody(message, content: message.content.flatMap { try? messages.keyring.open($0) })
    }
}
