import Schema

/// A line of the delivery log.
struct WebhookDelivery: Sendable {
    let id: WebhookDeliveryID
    let endpoint: String
    let event: WebhookEventID
    let type: String
    let subject: String
    let sequence: Int64
    let status: DeliveryStatus
    let attempts: Int
    let createdAt: Timestamp
    /// When it is tried next, while it is pending.
    let dueAt: Timestamp
    let lastAttemptAt: Timestamp?
    let lastStatus: Int?
    let lastError: String?
    let lastResponse: String?
}
