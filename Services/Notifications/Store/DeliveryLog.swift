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
        // Only the conditions that were asked for: a plan for all of them would suit none.
        var sql = PostgresQuery.StringInterpolation(literalCapacity: 800, interpolationCount: 12)
        sql.appendInterpolation(constant: Self.select)
        sql.appendLiteral(" WHERE endpoint.account_id = ")
        sql.appendInterpolation(account)
        if let name = filter.endpoint {
            // As one value, so that the endpoint's index gives the rows in order.
            sql.appendLiteral(" AND delivery.endpoint_id = (SELECT id FROM webhook_endpoints WHERE account_id = ")
            sql.appendInterpolation(account)
            sql.appendLiteral(" AND name = ")
            sql.appendInterpolation(name)
            sql.appendLiteral(")")
        }
        // A constant, so that the indexes of pending and failed deliveries serve.
        if let status = filter.status { sql.appendLiteral(" AND delivery.status = '\(status.rawValue)'") }
        sql.append(" AND delivery.type = ", filter.type)
        sql.append(" AND delivery.subject = ", filter.subject)
        sql.append(" AND delivery.event_id = ", filter.event)
        sql.append(" AND delivery.created_at >= ", filter.createdAfter)
        sql.append(" AND delivery.created_at < ", filter.createdBefore)
        sql.append(" AND delivery.id < ", before)
        sql.appendLiteral(" ORDER BY delivery.id DESC LIMIT ")
        sql.appendInterpolation(limit)
        return try await database.query(PostgresQuery(stringInterpolation: sql)).map(WebhookDelivery.init)
    }

    func delivery(_ id: WebhookDeliveryID, of account: AccountID) async throws -> WebhookDelivery? {
        try await database.query(
            "\(constant: Self.select) WHERE delivery.id = \(id) AND endpoint.account_id = \(account)"
        ).first.map(WebhookDelivery.init)
    }

    private static let select: StaticString = """
        SELECT delivery.id, endpoint.name AS endpoint, delivery.event_id, delivery.type, delivery.subject,
            delivery.sequence, delivery.status, delivery.attempts, delivery.created_at, delivery.due_at,
            delivery.last_attempt_at, delivery.last_status, delivery.last_error, delivery.last_response,
            delivery.last_headers, delivery.failures::text AS failures
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
            lastError: try row["last_error"], lastResponse: try row["last_response"],
            lastHeaders: try row["last_headers", as: String?.self].map { try JSONValue(parsing: Array($0.utf8)) },
            failures: try row["failures", as: String?.self].map { try JSON.decode(from: Array($0.utf8)) } ?? [])
    }
}

extension DeliveryStatus: PostgresCodable {}

extension PostgresQuery.StringInterpolation {
    /// Adds a condition, if there is a value for it.
    mutating func append(_ condition: String, _ value: (some PostgresEncodable)?) {
        guard let value else { return }
        appendLiteral(condition)
        appendInterpolation(value)
    }
}
