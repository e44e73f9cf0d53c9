import Messaging
import Postgres
import Schema

/// Replays: a stretch of the event log, made into deliveries a batch at a time, so that neither memory nor the queue
/// grows with it.
struct ReplayStore: Sendable {
    let database: PostgresDatabase
    /// Woken when there is something to send.
    let signal: DispatchSignal
    /// Woken when there is a new replay.
    let requests: WakeSignal

    /// Events of one batch, and how many deliveries may wait for an endpoint before its replays do.
    private static let batchSize = 500
    private static let backlog = 2000

    /// Begins a replay of what is in the log now.
    func begin(
        _ id: WebhookReplayID, to endpoint: WebhookEndpoint, _ filter: EventLog.Filter, events: [WebhookEventID]?,
        in transaction: PostgresTransaction
    ) async throws -> WebhookReplay {
        let rows = try await transaction.query(
            """
            INSERT INTO webhook_replays AS replay (id, account_id, endpoint_id, since, until, subject, events, position,
                end_position)
            VALUES (\(id), \(endpoint.account), \(endpoint.id), \(filter.since), \(filter.until), \(filter.subject),
                \(events)::uuid[], 0, settled_webhook_event_position())
            RETURNING \(constant: Self.columns), \(endpoint.name) AS endpoint
            """)
        transaction.afterCommit { [requests] in requests.wake() }
        guard let row = rows.first else { throw PostgresError(code: .decoding, message: "no replay was made") }
        return try WebhookReplay(row)
    }

    func replay(_ id: WebhookReplayID, of account: AccountID) async throws -> WebhookReplay? {
        try await database.query(
            """
            SELECT \(constant: Self.columns), endpoint.name AS endpoint
            FROM webhook_replays replay JOIN webhook_endpoints endpoint ON endpoint.id = replay.endpoint_id
            WHERE replay.id = \(id) AND replay.account_id = \(account)
            """
        ).first.map(WebhookReplay.init)
    }

    /// Replays, newest first, those with ids below `before`.
    func replays(of account: AccountID, before: WebhookReplayID?, limit: Int) async throws -> [WebhookReplay] {
        try await database.query(
            """
            SELECT \(constant: Self.columns), endpoint.name AS endpoint
            FROM webhook_replays replay JOIN webhook_endpoints endpoint ON endpoint.id = replay.endpoint_id
            WHERE replay.account_id = \(account)
                AND replay.id < coalesce(\(before)::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
            ORDER BY replay.id DESC LIMIT \(limit)
            """
        ).map(WebhookReplay.init)
    }

    /// Ends a replay where it is. What is queued stays.
    func cancel(_ id: WebhookReplayID, of account: AccountID) async throws {
        try await database.execute(
            """
            UPDATE webhook_replays SET status = 'cancelled', finished_at = now()
            WHERE id = \(id) AND account_id = \(account) AND status = 'running'
            """)
    }

    /// Makes the next batch of the replay that has waited longest, unless its endpoint has enough to do. Answers whether
    /// there was one. Several replicas may do so at once.
    func advance() async throws -> Bool {
        try await database.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                SELECT replay.id AS replay_id, replay.position, replay.end_position, replay.since, replay.until,
                    replay.subject, replay.events AS ids, \(constant: WebhookEndpointStore.columns)
                FROM webhook_replays replay LEFT JOIN webhook_endpoints endpoint ON endpoint.id = replay.endpoint_id
                WHERE replay.status = 'running' AND \(Self.backlog) > (
                    SELECT count(*) FROM (
                        SELECT FROM webhook_deliveries
                        WHERE endpoint_id = replay.endpoint_id AND status = 'pending' LIMIT \(Self.backlog)) AS waiting)
                ORDER BY replay.advanced_at LIMIT 1 FOR UPDATE OF replay SKIP LOCKED
                """)
            guard let row = rows.first else { return false }
            let id: WebhookReplayID = try row["replay_id"]
            guard try row["endpoint_id", as: WebhookEndpointID?.self] != nil else {
                transaction.send(
                    "UPDATE webhook_replays SET status = 'cancelled', finished_at = now() WHERE id = \(id)")
                return true
            }
            let endpoint = try WebhookEndpoint(row)
            transaction.send(try Self.batch(of: id, row, to: endpoint))
            transaction.afterCommit { [signal] in signal.wake([endpoint.id]) }
            return true
        }
    }

    /// The statement that makes a batch. What the endpoint waits for anyhow is not made twice.
    private static func batch(
        of id: WebhookReplayID, _ row: PostgresRow, to endpoint: WebhookEndpoint
    ) throws -> PostgresQuery {
        let messages = WebhookStyles.messages(to: endpoint)
        let filter = EventLog.Filter(
            subject: try row["subject"], since: try row["since"], until: try row["until"])
        var sql = PostgresQuery.StringInterpolation(literalCapacity: 3500, interpolationCount: 24)
        sql.appendLiteral(
            """
            WITH chosen AS MATERIALIZED (
                SELECT position, recorded_at, id, type, subject, sequence FROM webhook_event_log WHERE\u{20}
            """)
        sql.append(filter, of: endpoint.account, after: try row["position"], to: try row["end_position"])
        if let ids = try row["ids", as: [WebhookEventID]?.self] {
            sql.appendLiteral(" AND id = ANY (")
            sql.appendInterpolation(ids)
            sql.appendLiteral("::uuid[])")
        }
        sql.appendLiteral(" ORDER BY position LIMIT \(batchSize)), message AS (SELECT * FROM unnest(")
        sql.appendInterpolation(messages.map { $0.family + "." })
        sql.appendLiteral("::text[], ")
        sql.appendInterpolation(messages.map(\.type))
        sql.appendLiteral("::text[]) AS message (family, type)), receiver AS (SELECT ")
        sql.appendInterpolation(endpoint.id)
        sql.appendLiteral("::uuid AS id), ")
        appendInsertion(to: &sql)
        sql.appendLiteral(
            """
             UPDATE webhook_replays
            SET position = coalesce((SELECT max(position) FROM chosen), end_position),
                queued = queued + (SELECT count(*) FROM made), advanced_at = clock_timestamp(),
                status = CASE WHEN last.is_last THEN 'completed' ELSE 'running' END,
                finished_at = CASE WHEN last.is_last THEN now() END
            FROM (SELECT count(*) < \(batchSize) AS is_last FROM chosen) AS last WHERE id =\u{20}
            """)
        sql.appendInterpolation(id)
        return PostgresQuery(stringInterpolation: sql)
    }

    /// Those behind the first of their subject are not due yet, as if it had been tried: claims need not look at them.
    private static func appendInsertion(to sql: inout PostgresQuery.StringInterpolation) {
        sql.appendLiteral(
            """
            made AS (
                INSERT INTO webhook_deliveries (id, endpoint_id, event_id, recorded_at, type, subject, sequence, due_at,
                    created_at)
                SELECT \(DeliveryStore.newID), receiver.id, fresh.id, fresh.recorded_at, fresh.message_type, fresh.subject,
                    fresh.sequence, CASE WHEN fresh.place > 1 THEN now() + \(DeliveryStore.blockedMargin) ELSE now() END,
                    fresh.made_at
                FROM (
                    SELECT chosen.*, message.type AS message_type,
                        clock.now + row_number() OVER (ORDER BY position) * interval '1 microsecond' AS made_at,
                        dense_rank() OVER (PARTITION BY subject ORDER BY sequence) AS place
                    FROM chosen
                    JOIN message ON message.family = rtrim(rtrim(chosen.type, '0123456789'), 'v')
                    CROSS JOIN (SELECT clock_timestamp() AS now) AS clock
                ) AS fresh CROSS JOIN receiver
                WHERE NOT EXISTS (
                    SELECT FROM webhook_deliveries waiting
                    WHERE waiting.endpoint_id = receiver.id AND waiting.subject = fresh.subject
                        AND waiting.status = 'pending' AND waiting.sequence = fresh.sequence
                        AND waiting.event_id = fresh.id AND waiting.type = fresh.message_type)
                RETURNING id
            )
            """)
    }

    private static let columns: StaticString = """
        replay.id, replay.since, replay.until, replay.subject, replay.events, replay.status, replay.queued,
        replay.created_at, replay.finished_at
        """
}

extension WebhookReplay {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row["id"], endpoint: try row["endpoint"], since: try row["since"], until: try row["until"],
            subject: try row["subject"], events: try row["events"],
            status: Status(rawValue: try row["status"]) ?? .cancelled, queued: try row["queued"],
            createdAt: try row["created_at"], finishedAt: try row["finished_at"])
    }
}
