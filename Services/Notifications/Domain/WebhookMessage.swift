import Schema

/// One event on its way to one endpoint.
struct WebhookMessage: Sendable {
    /// The name that the style gives the event, `order.created`.
    let type: String
    let event: RecordedEvent
}

/// An event as it was on the bus.
struct RecordedEvent: Sendable {
    let id: WebhookEventID
    let account: AccountID
    /// CloudEvents type, `com.caravan.orders.order_placed.v1`.
    let type: String
    /// The aggregate's id.
    let subject: String
    /// The event's number within its aggregate.
    let sequence: Int64
    let time: Timestamp
    let traceparent: String?
    /// JSON; personal data is sealed.
    let payload: [UInt8]
}
