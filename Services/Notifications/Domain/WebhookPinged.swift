import Schema

/// A dealer asked for a test message. It never goes over the bus: it is recorded where it is delivered from.
struct WebhookPinged: Event {
    static let name = "webhook_pinged"
    static let version = 1
    static let topic = Topic.notificationsEvents
    static let summary = "A test message was asked for."
    static let example = WebhookPinged()

    var message = "This is a test event. Your webhook endpoint works."
}

extension RecordedEvent {
    /// A test message, an aggregate of its own.
    init(pinging account: AccountID) {
        let id = WebhookEventID()
        // Its payload has one constant field and cannot fail to encode.
        let payload = (try? JSON.encode(WebhookPinged())) ?? Array("{}".utf8)
        self.init(
            id: id, account: account, type: WebhookPinged.type, subject: id.description, sequence: 1, time: .now(),
            traceparent: TraceContext.current?.traceparent, payload: payload)
    }
}
