import Messaging
import Postgres
import Schema

/// What happened in an account, in one order that never changes.
///
/// Events have positions, drawn as they are recorded. A transaction that began earlier may commit later, so a reader is
/// shown nothing beyond the position up to which no one can add any more (`settled_webhook_event_position()`).
struct EventLog: Sendable {
    let database: PostgresDatabase

    /// What a reader wants to see. `nil` means any.
    struct Filter: Sendable {
        /// The aggregate's id.
        var subject: String?
        /// Types without their version.
        var families: [String]?
        /// By when events were recorded, `since` included, `until` not.
        var since: Timestamp?
        var until: Timestamp?
    }

    struct Page: Sendable {
        var events: [LoggedEvent]
        /// Everything up to here was looked at.
        var end: EventPosition
        var hasMore: Bool
    }

    /// What was asked for begins before the oldest event that is still there, or lies in a future that this database does
    /// not know (any more).
    struct Expired: Error {}

    /// How many events one page looks through, and how many bytes of payloads it may have: the one that reaches it is the
    /// last.
    static let reach = 5000
    static let bytes = 4 << 20

    /// How much earlier than an event one that lies behind it may have been recorded.
    private static let overlap = Duration.seconds(3600)

    /// Events after `start`, the oldest first.
    func page(
        of account: AccountID, _ filter: Filter, after start: EventPosition?, limit: Int
    ) async throws -> Page {
        let now = Timestamp.now()
        let (rows, settled) = try await database.withTransaction { transaction in
            // A statement of its own: what follows sees all that was committed until it was done.
            let settled = try await Self.settled(in: transaction, start)
            return (try await transaction.query(query(account, filter, start, settled, limit: limit)), settled)
        }
        guard let walk = rows.first else { throw Expired() }
        var page = Page(events: [], end: EventPosition(number: settled, recordedAt: now), hasMore: false)
        for row in rows where try row["id", as: WebhookEventID?.self] != nil {
            page.events.append(try LoggedEvent(row, of: account))
        }
        if page.events.count > limit { page.events.removeLast(page.events.count - limit) }
        let found: Int = try walk["found"]
        if found > page.events.count, let last = page.events.last {
            (page.end, page.hasMore) = (last.position, true)
        } else if try walk["walked"] == Self.reach {
            page.end = EventPosition(number: try walk["walked_to"], recordedAt: try walk["walked_at"])
            page.hasMore = true
        }
        return page
    }

    /// Up to where the log is complete. Locks nothing.
    /// - Throws: ``Expired``.
    private static func settled(
        in transaction: PostgresTransaction, _ start: EventPosition?
    ) async throws -> Int64 {
        let rows = try await transaction.query(
            """
            SELECT settled_webhook_event_position() AS settled, nullif(cut_at, '-infinity') AS cut_at
            FROM webhook_log_state
            """)
        guard let row = rows.first else { throw Expired() }
        let settled: Int64 = try row["settled"]
        if let start {
            guard start.number <= settled else { throw Expired() }
            let cutAt: Timestamp? = try row["cut_at"]
            if let cutAt, start.recordedAt < cutAt + overlap { throw Expired() }
        }
        return settled
    }

    /// Only the conditions that were asked for: a plan for all of them would suit none.
    private func query(
        _ account: AccountID, _ filter: Filter, _ start: EventPosition?, _ settled: Int64, limit: Int
    ) -> PostgresQuery {
        var sql = PostgresQuery.StringInterpolation(literalCapacity: 2500, interpolationCount: 16)
        sql.appendLiteral(
            "WITH walked AS MATERIALIZED (SELECT position, recorded_at, id, type FROM webhook_event_log WHERE ")
        sql.append(filter, of: account, after: start?.number ?? 0, to: settled)
        // Whoever asks for types has us look through others, too.
        let reach = filter.families == nil ? limit + 1 : Self.reach
        sql.appendLiteral(" ORDER BY position LIMIT \(reach)), chosen AS MATERIALIZED (SELECT * FROM walked")
        if let families = filter.families {
            sql.appendLiteral(" WHERE rtrim(rtrim(type, '0123456789'), 'v') = ANY (")
            sql.appendInterpolation(families.map { $0 + "." })
            sql.appendLiteral("::text[])")
        }
        sql.appendLiteral(" ORDER BY position LIMIT \(limit + 1))")
        sql.appendLiteral(
            """
            , measured AS (
                SELECT event.*, sum(octet_length(event.payload)) OVER (ORDER BY event.position ROWS UNBOUNDED PRECEDING)
                    - octet_length(event.payload) AS bytes_before
                FROM chosen JOIN webhook_event_log event
                    ON event.id = chosen.id AND event.recorded_at = chosen.recorded_at
            )
            SELECT walk.walked, walk.walked_to, walk.walked_at, (SELECT count(*) FROM chosen) AS found,
                event.position, event.recorded_at, event.id, event.type, event.subject, event.sequence, event.time,
                event.traceparent, event.payload
            FROM (SELECT count(*) AS walked, max(position) AS walked_to, max(recorded_at) AS walked_at FROM walked) AS walk
            LEFT JOIN measured event ON event.bytes_before <
            """)
        sql.appendLiteral(" \(Self.bytes) ORDER BY event.position")
        return PostgresQuery(stringInterpolation: sql)
    }

    /// Which of these events the account has.
    func known(_ ids: [WebhookEventID], of account: AccountID) async throws -> Set<WebhookEventID> {
        let rows = try await database.query(
            """
            SELECT id FROM webhook_event_log
            WHERE id = ANY (\(ids)::uuid[]) AND account_id = \(account) AND NOT is_kept
            """)
        return Set(try rows.map { try $0["id"] })
    }

    /// One endpoint of each style that the account has, as it is pinned.
    func styles(of account: AccountID) async throws -> [WebhookEndpoint] {
        try await database.query(
            """
            SELECT DISTINCT ON (endpoint.style, endpoint.payload_version) \(constant: WebhookEndpointStore.columns)
            FROM webhook_endpoints endpoint WHERE endpoint.account_id = \(account)
            ORDER BY endpoint.style, endpoint.payload_version, endpoint.created_at
            """
        ).map(WebhookEndpoint.init)
    }
}

extension PostgresQuery.StringInterpolation {
    /// The condition for an account's events between two positions, the first not included.
    mutating func append(_ filter: EventLog.Filter, of account: AccountID, after start: Int64, to end: Int64) {
        appendLiteral("NOT is_kept AND account_id = ")
        appendInterpolation(account)
        appendLiteral(" AND position > ")
        appendInterpolation(start)
        appendLiteral(" AND position <= ")
        appendInterpolation(end)
        append(" AND subject = ", filter.subject)
        append(" AND recorded_at >= ", filter.since)
        append(" AND recorded_at < ", filter.until)
    }
}

extension LoggedEvent {
    fileprivate init(_ row: PostgresRow, of account: AccountID) throws {
        event = RecordedEvent(
            id: try row["id"], account: account, type: try row["type"], subject: try row["subject"],
            sequence: try row["sequence"], time: try row["time"], traceparent: try row["traceparent"],
            payload: Array(try row["payload", as: String.self].utf8))
        position = EventPosition(number: try row["position"], recordedAt: try row["recorded_at"])
    }
}
