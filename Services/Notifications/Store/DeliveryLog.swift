import Messaging
import Postgres
import Schema

/// What became of deliveries, for the management API.
struct DeliveryLog: Sendable {
    let database: PostgresDatabase

    /// What a reader wants to see. `nil` means any.
    struct Filter: Sendable {
        var endpoint: String?
        var status: DeliveryStatus?
        var type: String?
        /// The aggregate's id.
        var subject: String?
        var event: WebhookEventID?
        var createdAfter: Timestamp?
        var createdBefore: Timestamp?
    }

    /// Deliveries, newest first, those with ids below `before`.
    func deliveries(
        of account: AccountID, _ filter: Filter, before: WebhookDeliveryID?, limit: Int
    ) async throws -> [WebhookDelivery] {
        try await database.query(
            """
            \(unescaped: Self.select)
            WHERE endpoint.account_id = \(account)
                AND (\(filter.endpoint)::text IS NULL OR endpoint.name = \(filter.endpoint))
                AND (\(filter.status?.rawValue)::text IS NULL OR delivery.status = \(filter.status?.rawValue))
                AND (\(filter.type)::text IS NULL OR delivery.type = \(filter.type))
                AND (\(filter.subject)::text IS NULL OR delivery.subject = \(filter.subject))
                AND (\(filter.event)::uuid IS NULL OR delivery.event_id = \(filter.event))
                AND (\(filter.createdAfter)::timestamptz IS NULL OR delivery.created_at >= \(filter.createdAfter))
                AND (\(filter.createdBefore)::timestamptz IS NULL OR delivery.created_at < \(filter.createdBefore))
                AND (\(before)::uuid IS NULL OR delivery.id < \(before))
            ORDER BY delivery.id DESC LIMIT \(limit)
            """
        ).map(WebhookDelivery.init)
    }

    func delivery(_ id: WebhookDeliveryID, of account: AccountID) async throws -> WebhookDelivery? {
        try await database.query(
            "\(unescaped: Self.select) WHERE delivery.id = \(id) AND endpoint.account_id = \(account)"
        ).first.map(WebhookDelivery.init)
    }

    private static let select = """
        SELECT delivery.id, endpoint.name AS endpoint, delivery.event_id, delivery.type, delivery.subject,
            delivery.sequence, delivery.status, delivery.attempts, delivery.created_at, delivery.due_at,
            delivery.last_attempt_at, delivery.last_status, delivery.last_error, delivery.last_response
        FROM webhook_deliveries delivery JOIN webhook_endpoints endpoint ON endpoint.id = delivery.endpoint_id
        """
}

extension WebhookDelivery {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row["id"], endpoint: try row["endpoint"], event: try row["event_id"], type: try row["type"],
            subject: try row["subject"], sequence: try row["sequence"], status: try row["status"],
            attempts: try row["attempts"], createdAt: try row["created_at"], dueAt: try row["due_at"],
            lastAttemptAt: try row["last_attempt_at"], lastStatus: try row["last_status"],
            lastError: try row["last_error"], lastResponse: try row["last_response"])
    }
}

extension DeliveryStatus: PostgresCodable {}
