import Messaging
import Postgres
import Schema

/// What became of deliveries, for the management API: those in the queue and those in the log.
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
        /// The last answer's status.
        var code: Int?
        /// What an error or an answer says somewhere, in whatever case.
        var text: String?

        /// Whether an index finds no more than what is wanted.
        fileprivate var isIndexed: Bool { type == nil && event == nil && code == nil && text == nil }
    }

    /// How many rows one page looks through for what no index finds. A client reads on from there.
    static let reach = 5000

    /// A page of deliveries, newest first.
    struct Page: Sendable {
        var deliveries: [WebhookDelivery]
        /// Where the next page begins: below this id. `nil` if there is none.
        var next: WebhookDeliveryID?
    }

    /// Deliveries, newest first, those with ids below `before`.
    func page(
        of account: AccountID, _ filter: Filter, before: WebhookDeliveryID?, limit: Int
    ) async throws -> Page {
        // A row more, to see whether there are more.
        var sql = walk(of: account, filter, before: before, limit: filter.isIndexed ? limit + 1 : Self.reach)
        sql.appendLiteral(", chosen AS (SELECT * FROM walked delivery WHERE true")
        sql.append(" AND delivery.type = ", filter.type)
        sql.append(" AND delivery.event_id = ", filter.event)
        sql.append(" AND delivery.last_status = ", filter.code)
        if let text = filter.text { Self.append(text, to: &sql) }
        sql.appendLiteral(" ORDER BY delivery.id DESC LIMIT ")
        sql.appendInterpolation(limit + 1)
        sql.appendLiteral(") SELECT walk.rows AS walked, walk.last AS walked_to, ")
        sql.appendInterpolation(constant: Self.columns)
        sql.appendLiteral(
            """
             FROM (SELECT count(*) AS rows, (SELECT id FROM walked ORDER BY id LIMIT 1) AS last FROM walked) AS walk
            LEFT JOIN chosen delivery ON true ORDER BY delivery.id DESC
            """)
        let rows = try await database.query(PostgresQuery(stringInterpolation: sql))
        var found = try rows.filter { try $0["id", as: WebhookDeliveryID?.self] != nil }.map(WebhookDelivery.init)
        var page = Page(deliveries: [], next: nil)
        if found.count > limit {
            found = Array(found.prefix(limit))
            page.next = found.last?.id
        } else if !filter.isIndexed, let walk = rows.first, try walk["walked"] == Self.reach {
            page.next = try walk["walked_to"]
        }
        page.deliveries = found
        try await addFailures(to: &page.deliveries, wholly: false)
        return page
    }

    func delivery(_ id: WebhookDeliveryID, of account: AccountID) async throws -> WebhookDelivery? {
        var sql = walk(of: account, Filter(), before: nil, only: id, limit: 1)
        sql.appendLiteral(" SELECT ")
        sql.appendInterpolation(constant: Self.columns)
        sql.appendLiteral(" FROM walked delivery")
        let rows = try await database.query(PostgresQuery(stringInterpolation: sql))
        var deliveries = try rows.map(WebhookDelivery.init)
        try await addFailures(to: &deliveries, wholly: true)
        return deliveries.first
    }

    /// `WITH walked AS (…)`: the newest deliveries that an index finds. Only the conditions that were asked for: a plan for
    /// all of them would suit none.
    private func walk(
        of account: AccountID, _ filter: Filter, before: WebhookDeliveryID?, only: WebhookDeliveryID? = nil, limit: Int
    ) -> PostgresQuery.StringInterpolation {
        var sql = PostgresQuery.StringInterpolation(literalCapacity: 4500, interpolationCount: 30)
        sql.appendLiteral("WITH walked AS (SELECT * FROM (")
        if filter.status == nil || filter.status == .pending {
            sql.appendInterpolation(constant: Self.queue)
            sql.append(filter, of: account, before, only, limit)
        }
        if filter.status == nil { sql.appendLiteral(" UNION ALL ") }
        if filter.status != .pending {
            sql.appendInterpolation(constant: Self.log)
            // A constant, so that the index of failed deliveries serves.
            if let status = filter.status { sql.appendLiteral("delivery.status = '\(status.rawValue)' AND ") }
            sql.append("delivery.account_id = ", account)
            sql.appendLiteral(" AND ")
            sql.append(filter, of: account, before, only, limit)
        }
        sql.appendLiteral(") AS either ORDER BY id DESC LIMIT \(limit))")
        return sql
    }

    private static func append(_ text: String, to sql: inout PostgresQuery.StringInterpolation) {
        sql.appendLiteral(" AND (strpos(lower(concat_ws(' ', delivery.last_error, delivery.last_response)), lower(")
        sql.appendInterpolation(text)
        sql.appendLiteral(
            """
            )) > 0 OR EXISTS (
                SELECT FROM webhook_attempt_log attempt
                WHERE attempt.recorded_at = delivery.recorded_at AND attempt.delivery_id = delivery.id
                    AND strpos(lower(concat_ws(' ', attempt.error, attempt.response)), lower(
            """)
        sql.appendInterpolation(text)
        sql.appendLiteral(")) > 0))")
    }

    /// Reads the attempts that failed, of each delivery the last hundred.
    ///
    /// - Parameter wholly: With what was answered to each of them, else only to the last.
    private func addFailures(to deliveries: inout [WebhookDelivery], wholly: Bool) async throws {
        guard !deliveries.isEmpty else { return }
        let rows = try await database.query(
            """
            SELECT delivery.id, attempt.at, attempt.status, attempt.error,
                CASE WHEN attempt.number = 1 OR \(wholly) THEN attempt.response END AS response,
                CASE WHEN attempt.number = 1 OR \(wholly) THEN attempt.headers END AS headers
            FROM unnest(\(deliveries.map(\.id))::uuid[], \(deliveries.map(\.recordedAt))::timestamptz[])
                AS delivery (id, recorded_at)
            CROSS JOIN LATERAL (
                SELECT at, status, error, response, headers, row_number() OVER (ORDER BY at DESC) AS number
                FROM webhook_attempt_log
                WHERE recorded_at = delivery.recorded_at AND delivery_id = delivery.id ORDER BY at DESC LIMIT 100
            ) AS attempt
            ORDER BY attempt.at
            """)
        let failures = Dictionary(
            grouping: try rows.map { row in
                (try row["id", as: WebhookDeliveryID.self], try WebhookDelivery.Failure(row))
            }, by: \.0)
        for index in deliveries.indices {
            deliveries[index].failures = failures[deliveries[index].id]?.map(\.1) ?? []
        }
    }

    private static let queue: StaticString = """
        (SELECT delivery.id, endpoint.name AS endpoint, delivery.event_id, delivery.recorded_at, delivery.type,
            delivery.subject, delivery.sequence, delivery.status, delivery.attempts, delivery.created_at, delivery.due_at,
            delivery.last_attempt_at, delivery.last_status, delivery.last_error, NULL AS last_response,
            NULL AS last_headers
        FROM webhook_deliveries delivery JOIN webhook_endpoints endpoint ON endpoint.id = delivery.endpoint_id WHERE\u{20}
        """

    private static let log: StaticString = """
        (SELECT delivery.id, endpoint.name AS endpoint, delivery.event_id, delivery.recorded_at, delivery.type,
            delivery.subject, delivery.sequence, delivery.status, delivery.attempts, delivery.created_at, delivery.due_at,
            delivery.last_attempt_at, delivery.last_status, delivery.last_error, delivery.last_response,
            delivery.last_headers
        FROM webhook_delivery_log delivery JOIN webhook_endpoints endpoint ON endpoint.id = delivery.endpoint_id WHERE\u{20}
        """

    private static let columns: StaticString = """
        delivery.id, delivery.endpoint, delivery.event_id, delivery.recorded_at, delivery.type, delivery.subject,
        delivery.sequence, delivery.status, delivery.attempts, delivery.created_at, delivery.due_at,
        delivery.last_attempt_at, delivery.last_status, delivery.last_error, delivery.last_response, delivery.last_headers
        """
}

extension WebhookDelivery {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row["id"], endpoint: try row["endpoint"], event: try row["event_id"], type: try row["type"],
            subject: try row["subject"], sequence: try row["sequence"], status: try row["status"],
            attempts: try row["attempts"], createdAt: try row["created_at"], recordedAt: try row["recorded_at"],
            dueAt: try row["due_at"], lastAttemptAt: try row["last_attempt_at"], lastStatus: try row["last_status"],
            lastError: try row["last_error"], response: try row["last_response"], headers: try row.json("last_headers"))
    }
}

extension WebhookDelivery.Failure {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            at: try row["at"], status: try row["status"], error: try row["error"], response: try row["response"],
            headers: try row.json("headers"))
    }
}

extension PostgresRow {
    fileprivate func json(_ column: String) throws -> JSONValue? {
        try self[column, as: String?.self].map { try JSONValue(parsing: Array($0.utf8)) }
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

    /// What the queue and the log have in common, to the end of the parenthesis.
    fileprivate mutating func append(
        _ filter: DeliveryLog.Filter, of account: AccountID, _ before: WebhookDeliveryID?, _ only: WebhookDeliveryID?,
        _ limit: Int
    ) {
        append("endpoint.account_id = ", account)
        if let name = filter.endpoint {
            // As one value, so that the endpoint's index gives the rows in order.
            append(" AND delivery.endpoint_id = (SELECT id FROM webhook_endpoints WHERE account_id = ", account)
            append(" AND name = ", name)
            appendLiteral(")")
        }
        append(" AND delivery.subject = ", filter.subject)
        append(" AND delivery.id = ", only)
        append(" AND delivery.id < ", before)
        // An id tells when its delivery was made; of those from before the log was cut into slices, when its event
        // happened.
        append(" AND delivery.created_at >= ", filter.createdAfter)
        append(" AND delivery.id >= ", filter.createdAfter.map { UUIDv7.first(at: $0 - .seconds(86_400)) })
        append(" AND delivery.created_at < ", filter.createdBefore)
        append(" AND delivery.id < ", filter.createdBefore.map { UUIDv7.first(at: $0 + .seconds(60)) })
        appendLiteral(" ORDER BY delivery.id DESC LIMIT \(limit))")
    }
}
