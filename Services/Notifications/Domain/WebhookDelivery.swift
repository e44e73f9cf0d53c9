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
    /// When its event was recorded: what it is filed under.
    let recordedAt: Timestamp
    /// When it is tried next, while it is pending.
    let dueAt: Timestamp
    let lastAttemptAt: Timestamp?
    let lastStatus: Int?
    let lastError: String?
    /// What the receiver answered when it took the delivery, and with which headers: a JSON object.
    let response: String?
    let headers: JSONValue?
    /// The attempts that failed, the oldest first.
    var failures: [Failure] = []

    /// What came of one attempt.
    struct Failure: Sendable {
        let at: Timestamp
        let status: Int?
        let error: String?
        let response: String?
        /// A JSON object.
        let headers: JSONValue?
    }

    /// What the receiver answered to the last attempt.
    var lastResponse: String? { status == .delivered ? response : failures.last?.response }
    var lastHeaders: JSONValue? { status == .delivered ? headers : failures.last?.headers }
}
