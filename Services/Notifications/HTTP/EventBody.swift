import Edge
import Schema

/// Makes the messages that endpoints get of an event.
struct EventMessages {
    private let receivers: [Receiver]
    private let keyring: DataKeyring

    private struct Receiver {
        let endpoint: WebhookEndpoint
        let style: any WebhookStyle.Type
        let messages: [(family: String, type: String)]
    }

    /// - Parameter endpoints: Whose messages; whole if all of their style, else what they subscribe to.
    init(endpoints: [(WebhookEndpoint, isWhole: Bool)], keyring: DataKeyring) {
        self.keyring = keyring
        receivers = endpoints.compactMap { endpoint, isWhole in
            guard let style = WebhookStyles.style(endpoint.settings.style) else { return nil }
            return Receiver(
                endpoint: endpoint, style: style,
                messages: isWhole
                    ? style.messages(version: endpoint.payloadVersion) : WebhookStyles.messages(to: endpoint))
        }
    }

    func messages(of event: RecordedEvent) -> [EventBody.Message] {
        receivers.flatMap { receiver in
            receiver.messages.filter { event.type.hasPrefix($0.family + ".") }.map { _, type in
                // What cannot be read any more is shown as what it is: an event without a body.
                let request = try? receiver.style.request(
                    for: WebhookMessage(type: type, event: event), to: receiver.endpoint, keyring: keyring)
                return EventBody.Message(
                    style: receiver.style.name, type: type, body: request.flatMap { try? JSONValue(parsing: $0.body) })
            }
        }
    }
}

/// A page of the event log. Its cursor is always there: what happens next lies behind it.
struct EventListBody: Encodable, Sendable {
    private let data: [EventBody]
    private let hasMore: Bool
    private let nextCursor: String

    /// What its cursors begin with.
    static let cursor = "events"

    init(_ page: EventLog.Page, _ messages: EventMessages) {
        data = page.events.map { EventBody($0, messages.messages(of: $0.event)) }
        hasMore = page.hasMore
        nextCursor = Cursor.encode(
            fields: [Self.cursor, "\(page.end.number)", "\(page.end.recordedAt.microseconds)"])
    }

    enum CodingKeys: String, CodingKey {
        case data
        case hasMore = "has_more"
        case nextCursor = "next_cursor"
    }
}

/// An event as the management API shows it.
struct EventBody: Encodable, Sendable {
    private let object = "event"
    private let id: WebhookEventID
    /// As in the catalogue of events (`docs/events`).
    private let type: String
    private let resource: Resource
    /// Gap-free by resource, beginning with 1.
    private let sequence: Int64
    private let time: Timestamp
    private let recordedAt: Timestamp
    private let messages: [Message]

    private struct Resource: Encodable {
        @Nullable var type: String?
        let id: String
    }

    /// What a webhook of a style says of it.
    struct Message: Encodable, Sendable {
        let style: String
        let type: String
        @Nullable var body: JSONValue?
    }

    init(_ logged: LoggedEvent, _ messages: [Message]) {
        let event = logged.event
        id = event.id
        type = event.type
        resource = Resource(type: EventResource.resource(ofType: event.type)?.name, id: event.subject)
        sequence = event.sequence
        time = event.time
        recordedAt = logged.position.recordedAt
        self.messages = messages
    }

    enum CodingKeys: String, CodingKey {
        case object, id, type, resource, sequence, time, messages
        case recordedAt = "recorded_at"
    }
}
