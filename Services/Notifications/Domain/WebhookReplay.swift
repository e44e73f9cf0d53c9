import Schema

/// Events that an account asked to have sent to an endpoint again.
struct WebhookReplay: Sendable {
    enum Status: String, Sendable { case running, completed, cancelled }

    let id: WebhookReplayID
    let endpoint: String
    /// What of the log it is: all that matches everything that is given.
    let since: Timestamp?
    let until: Timestamp?
    let subject: String?
    let events: [WebhookEventID]?
    let status: Status
    /// Deliveries made so far.
    let queued: Int
    let createdAt: Timestamp
    let finishedAt: Timestamp?
}
