import Messaging
import Postgres
import Schema
import Synchronization

extension DeliveryStore {
    /// Endpoints that something is due for, whoever has waited longest first. Those that get nothing now are left out.
    func endpointsWithDueDeliveries() async throws -> [WebhookEndpointID] {
        try await database.query(
            """
            WITH RECURSIVE waiting AS (
                -- A loose index scan: one probe an endpoint that has something pending.
                (SELECT endpoint_id, due_at FROM webhook_deliveries WHERE status = 'pending' AND due_at IS NOT NULL
                 ORDER BY endpoint_id, due_at LIMIT 1)
                UNION ALL
                SELECT next.endpoint_id, next.due_at
                FROM waiting CROSS JOIN LATERAL (
                    SELECT endpoint_id, due_at FROM webhook_deliveries
                    WHERE status = 'pending' AND due_at IS NOT NULL AND endpoint_id > waiting.endpoint_id
                    ORDER BY endpoint_id, due_at LIMIT 1) AS next
            )
            SELECT waiting.endpoint_id FROM waiting JOIN webhook_endpoints endpoint ON endpoint.id = waiting.endpoint_id
            WHERE waiting.due_at <= now() AND \(constant: Self.isOpen)
            ORDER BY waiting.due_at
            """
        ).map { try $0["endpoint_id"] }
    }

    /// Takes deliveries that are due, for `lease` from now, and counts them as nobody else's until then.
    ///
    /// A delivery is due when its time has come, its endpoint is enabled and does not rest, and no earlier message of its
    /// subject is pending for the endpoint. An endpoint that has rested gets one request, which shows whether it is well.
    /// Where a rate is limited, what is taken is charged to the endpoint's row, so that all replicas together keep to it:
    /// a twentieth of a second's messages may go at once, and the rest is spread so that no second has more than the
    /// limit (GCRA). Whoever dies with a lease leaves the delivery to the next one who looks.
    func claim(_ openings: DispatchBoard.Openings, lease: Duration) async throws -> [ClaimedDelivery] {
        let claiming: PostgresQuery = """
            WITH asked AS (
                SELECT * FROM unnest(\(openings.lanes.map(\.endpoint))::uuid[],
                    \(openings.lanes.map(\.width))::integer[]) AS asked (endpoint_id, width)
            ),
            claimed AS (
                SELECT delivery.id
                FROM asked
                CROSS JOIN LATERAL (
                    SELECT endpoint.batch_size, endpoint.rate_limit, endpoint.paced_until,
                        CASE WHEN endpoint.circuit_open_until IS NULL THEN asked.width ELSE 1 END AS width
                    FROM webhook_endpoints endpoint
                    WHERE endpoint.id = asked.endpoint_id AND \(constant: Self.isOpen)
                    -- Keeps the planner from reading all endpoints.
                    OFFSET 0) AS endpoint
                CROSS JOIN LATERAL (
                    SELECT pending.id FROM webhook_deliveries pending
                    WHERE pending.endpoint_id = asked.endpoint_id AND pending.status = 'pending'
                        AND pending.due_at <= now()
                        AND (pending.leased_until IS NULL OR pending.leased_until < now())
                        AND pending.sequence = (
                            SELECT head.sequence FROM webhook_deliveries head
                            WHERE head.endpoint_id = pending.endpoint_id AND head.subject = pending.subject
                                AND head.status = 'pending'
                            ORDER BY head.sequence LIMIT 1)
                    ORDER BY pending.due_at
                    LIMIT least(endpoint.width * coalesce(endpoint.batch_size, 1), CASE WHEN endpoint.rate_limit > 0 THEN
                        greatest(0, floor(\(constant: Self.burst) - \(constant: Self.refill) * greatest(0,
                            extract(epoch FROM endpoint.paced_until - clock_timestamp()))))::integer END)
                    FOR UPDATE SKIP LOCKED) AS delivery
                LIMIT \(openings.total)
            ),
            taken AS (
                UPDATE webhook_deliveries delivery
                SET leased_until = clock_timestamp() + make_interval(secs => \(lease.seconds))
                FROM webhook_event_log event
                -- The array makes the planner see few rows and go by the primary key, however fresh its statistics are.
                WHERE delivery.id = ANY (ARRAY(SELECT id FROM claimed)) AND event.id = delivery.event_id
                    AND event.recorded_at = delivery.recorded_at
                RETURNING delivery.id, delivery.endpoint_id, delivery.type AS message_type, delivery.attempts,
                    delivery.last_attempt_at AS attempted_at,
                    event.id AS event_id, event.type AS event_type, event.subject, event.sequence, event.time,
                    event.traceparent, event.payload
            ),
            -- Locked in the order of the ids, as everywhere.
            paced AS (
                SELECT endpoint.id FROM webhook_endpoints endpoint
                WHERE endpoint.id = ANY (ARRAY(SELECT DISTINCT endpoint_id FROM taken)) AND endpoint.rate_limit > 0
                ORDER BY endpoint.id FOR UPDATE
            ),
            charged AS (
                UPDATE webhook_endpoints endpoint
                SET paced_until = greatest(endpoint.paced_until, clock_timestamp()) + make_interval(secs =>
                    (SELECT count(*) FROM taken WHERE taken.endpoint_id = endpoint.id)::float8
                        / \(constant: Self.refill))
                WHERE endpoint.id = ANY (ARRAY(SELECT id FROM paced))
                RETURNING endpoint.id, endpoint.paced_until
            )
            -- Many deliveries of one claim go to one endpoint: only the first carries it.
            SELECT numbered.id AS delivery_id, numbered.endpoint_id AS receiver_id, message_type, attempts, attempted_at,
                event_id, event_type, subject, numbered.sequence, time, traceparent, payload,
                extract(epoch FROM charged.paced_until - clock_timestamp())::float8 AS pause,
                \(constant: WebhookEndpointStore.columns)
            FROM (SELECT taken.*, row_number() OVER (PARTITION BY endpoint_id) AS number FROM taken) AS numbered
            LEFT JOIN webhook_endpoints endpoint ON numbered.number = 1 AND endpoint.id = numbered.endpoint_id
            LEFT JOIN charged ON numbered.number = 1 AND charged.id = numbered.endpoint_id
            """
        let found = Mutex<PostgresRows?>(nil)
        try await database.withTransaction { transaction in
            transaction.send(Self.claimSettings)
            transaction.send(claiming) { rows in found.withLock { $0 = rows } }
        }
        guard let rows = found.withLock({ $0 }) else { return [] }
        var endpoints: [WebhookEndpointID: WebhookEndpoint] = [:]
        for row in rows {
            guard let id = try row["endpoint_id", as: WebhookEndpointID?.self] else { continue }
            endpoints[id] = try WebhookEndpoint(row)
        }
        // One that was deleted at this very moment is missing.
        return try rows.compactMap { row in
            try endpoints[row["receiver_id"]].map { try ClaimedDelivery(row, $0) }
        }
    }

    /// How many messages of an endpoint may go at once, and how many a second after them.
    private static let burst: StaticString = "greatest(1, endpoint.rate_limit / 20)"
    private static let refill: StaticString = "(endpoint.rate_limit + 1 - greatest(1, endpoint.rate_limit / 20))"

    /// An endpoint's deliveries are read in the order of the queue, until there are enough. The planner, who thinks of the
    /// average endpoint, would rather read all that one has and sort it, though one may have a hundred thousand. The price
    /// that it then puts on a sort that has to be must not make it compile the plan, which takes seconds. And a lease
    /// need not survive a crash of the database: no reason to wait for the disk.
    private static let claimSettings: PostgresQuery = """
        SELECT set_config('enable_sort', 'off', true), set_config('enable_incremental_sort', 'off', true),
            set_config('enable_bitmapscan', 'off', true), set_config('jit', 'off', true),
            set_config('synchronous_commit', 'off', true)
        """

    /// Whether an endpoint gets anything now.
    private static let isOpen: StaticString = """
        endpoint.disabled_at IS NULL AND (endpoint.circuit_open_until IS NULL OR endpoint.circuit_open_until <= now())
        """
}

/// A delivery with all that is needed to send it.
struct ClaimedDelivery: Sendable {
    let id: WebhookDeliveryID
    /// Attempts made before.
    let attempts: Int
    /// When the last of them ended.
    let lastAttemptAt: Timestamp?
    let message: WebhookMessage
    /// How long until its endpoint may have as many again, if its rate is limited: of its first delivery of a claim.
    let pause: Duration?
    let endpoint: WebhookEndpoint
}

extension ClaimedDelivery {
    init(_ row: PostgresRow, _ endpoint: WebhookEndpoint) throws {
        id = try row["delivery_id"]
        attempts = try row["attempts"]
        lastAttemptAt = try row["attempted_at"]
        let event = RecordedEvent(
            id: try row["event_id"], account: endpoint.account, type: try row["event_type"],
            subject: try row["subject"],
            sequence: try row["sequence"], time: try row["time"], traceparent: try row["traceparent"],
            payload: Array(try row["payload", as: String.self].utf8))
        message = WebhookMessage(type: try row["message_type"], event: event)
        pause = try row["pause", as: Double?.self].map { .seconds($0) }
        self.endpoint = endpoint
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
