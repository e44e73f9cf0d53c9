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
