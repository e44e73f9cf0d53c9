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
    /// A JSON object.
    let lastHeaders: JSONValue?
    /// The attempts that failed, the oldest first.
    let failures: [Failure]

    struct Failure: Decodable, Sendable {
        let at: Timestamp
        let status: Int?
        let error: String?

        enum CodingKeys: String, CodingKey { case at, status, error }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            at = Timestamp(microseconds: try container.decode(Int64.self, forKey: .at))
            status = try container.decodeIfPresent(Int.self, forKey: .status)
            error = try container.decodeIfPresent(String.self, forKey: .error)
        }
    }
}
