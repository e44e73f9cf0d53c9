import Messaging
import Postgres
import Schema

/// Events, and their deliveries: from the insert in the consumer's transaction to the log.
struct DeliveryStore: Sendable {
    let database: PostgresDatabase
    /// Woken when there is something to send.
    let signal: DispatchSignal

    /// Records an event and one delivery of each message to each endpoint of its account that subscribes to it, disabled
    /// endpoints included: their deliveries are held. An event that nobody wants leaves no trace, and recording one twice
    /// changes nothing.
    ///
    /// Only queues the statement, so that a batch of events is one round trip.
    ///
    /// - Parameter only: The one endpoint that gets it, whether it subscribes or not.
    func record(
        _ event: RecordedEvent, messages: [WebhookStyles.Message], only: WebhookEndpointID? = nil,
        in transaction: PostgresTransaction
    ) {
        // A delivery's id is a UUIDv7: the event's timestamp with random bits of its own.
        transaction.send(
            """
            WITH target AS (
                SELECT endpoint.id AS endpoint_id, message.type
                FROM webhook_endpoints endpoint
                JOIN unnest(\(messages.map(\.style))::text[], \(messages.map(\.version))::text[],
                    \(messages.map(\.type))::text[]) AS message (style, version, type)
                    ON message.style = endpoint.style AND message.version = endpoint.payload_version
                WHERE endpoint.account_id = \(event.account)
                    AND CASE WHEN \(only)::uuid IS NULL THEN
                        (endpoint.resource IS NULL OR endpoint.resource = split_part(message.type, '.', 1))
                        AND endpoint.events && ARRAY['*', message.type, split_part(message.type, '.', 1) || '.*']
                    ELSE endpoint.id = \(only)::uuid END
            ),
            event AS (
                INSERT INTO webhook_events (id, account_id, type, subject, sequence, time, traceparent, payload)
                SELECT \(event.id)::uuid, \(event.account)::uuid, \(event.type)::text, \(event.subject)::text,
                    \(event.sequence)::bigint, \(event.time)::timestamptz, \(event.traceparent)::text,
                    \(String(decoding: event.payload, as: UTF8.self))::text
                WHERE EXISTS (SELECT FROM target)
                ON CONFLICT (id) DO NOTHING
                RETURNING id, subject, sequence
            )
            INSERT INTO webhook_deliveries (id, endpoint_id, event_id, type, subject, sequence, due_at, created_at)
            SELECT overlay(gen_random_uuid()::text PLACING left(event.id::text, 18) FROM 1)::uuid, target.endpoint_id,
                event.id, target.type, event.subject, event.sequence,
                CASE WHEN head.due_at > now() THEN head.due_at + \(constant: Self.blockedMargin) ELSE now() END, now()
            FROM event CROSS JOIN target
            LEFT JOIN LATERAL (
                SELECT earlier.due_at FROM webhook_deliveries earlier
                WHERE earlier.endpoint_id = target.endpoint_id AND earlier.subject = event.subject
                    AND earlier.status = 'pending' AND earlier.sequence < event.sequence
                ORDER BY earlier.sequence LIMIT 1) AS head ON true
            """)
        transaction.afterCommit { [signal] in signal.wake() }
    }

    /// How much later than a postponed message those behind it become due. They wait outside of what a claim looks
    /// through, also while it is tried again: whatever ends it makes the next one due at once.
    private static let blockedMargin: StaticString = "interval '1 minute'"

    /// Takes deliveries that are due, for `lease` from now, and counts them as nobody else's until then.
    ///
    /// A delivery is due when its time has come, its endpoint is enabled and no earlier message of its subject is pending
    /// for the endpoint. Where a rate is limited, what is taken is charged to the endpoint's row, so that all replicas
    /// together keep to it: a twentieth of a second's messages may go at once, and the rest is spread so that no second
    /// has more than the limit (GCRA). Whoever dies with a lease leaves the delivery to the next one who looks.
    func claim(_ openings: DispatchBoard.Openings, lease: Duration) async throws -> [ClaimedDelivery] {
        let lanes = Array(openings.lanes)
        let rows = try await database.query(
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
            ),
            -- Whoever has nothing under way comes first, then whoever has waited longest; and nobody is looked at once
            -- enough is found.
            queue AS (
                SELECT waiting.endpoint_id, coalesce(lane.width, \(openings.standard)::integer) AS width
                FROM waiting
                LEFT JOIN unnest(\(lanes.map(\.key))::uuid[], \(lanes.map(\.value.width))::integer[],
                    \(lanes.map(\.value.isBusy))::boolean[]) AS lane (endpoint_id, width, is_busy)
                    ON lane.endpoint_id = waiting.endpoint_id
                WHERE waiting.due_at <= clock_timestamp()
                ORDER BY coalesce(lane.is_busy, false), waiting.due_at
            ),
            claimed AS (
                SELECT delivery.id
                FROM queue
                JOIN webhook_endpoints endpoint ON endpoint.id = queue.endpoint_id AND endpoint.disabled_at IS NULL
                CROSS JOIN LATERAL (
                    SELECT pending.id FROM webhook_deliveries pending
                    WHERE pending.endpoint_id = queue.endpoint_id AND pending.status = 'pending'
                        AND pending.due_at <= clock_timestamp()
                        AND (pending.leased_until IS NULL OR pending.leased_until < clock_timestamp())
                        AND pending.sequence = (
                            SELECT head.sequence FROM webhook_deliveries head
                            WHERE head.endpoint_id = pending.endpoint_id AND head.subject = pending.subject
                                AND head.status = 'pending'
                            ORDER BY head.sequence LIMIT 1)
                    ORDER BY pending.due_at
                    LIMIT least(queue.width * coalesce(endpoint.batch_size, 1), CASE WHEN endpoint.rate_limit > 0 THEN
                        greatest(0, floor(\(constant: Self.burst) - \(constant: Self.refill) * greatest(0,
                            extract(epoch FROM endpoint.paced_until - clock_timestamp()))))::integer END)
                    FOR UPDATE SKIP LOCKED) AS delivery
                LIMIT \(openings.total)
            ),
            taken AS (
                UPDATE webhook_deliveries delivery
                SET leased_until = clock_timestamp() + make_interval(secs => \(lease.seconds))
                FROM webhook_events event
                -- The array makes the planner see few rows and go by the primary key, however fresh its statistics are.
                WHERE delivery.id = ANY (ARRAY(SELECT id FROM claimed)) AND event.id = delivery.event_id
                RETURNING delivery.id, delivery.endpoint_id, delivery.type AS message_type, delivery.attempts,
                    delivery.last_attempt_at AS attempted_at,
                    event.id AS event_id, event.type AS event_type, event.subject, event.sequence, event.time,
                    event.traceparent, event.payload,
                    -- A lease need not survive a crash of the database: no reason to wait for the disk.
                    set_config('synchronous_commit', 'off', true)
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
            """)
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

    /// Keeps the leases of deliveries that are still under way. One that is being settled is left alone: waiting for it,
    /// while it waits for another one of these, would be a deadlock.
    func renew(_ deliveries: [WebhookDeliveryID], lease: Duration) async throws {
        try await database.execute(
            """
            UPDATE webhook_deliveries
            SET leased_until = clock_timestamp() + make_interval(secs => \(lease.seconds))
            WHERE id = ANY (ARRAY(
                SELECT id FROM webhook_deliveries
                WHERE id = ANY (\(deliveries)::uuid[]) AND status = 'pending'
                FOR UPDATE SKIP LOCKED))
            """)
    }

    /// Gives deliveries back that were claimed and not attempted.
    func release(_ deliveries: [WebhookDeliveryID]) async throws {
        try await database.execute(
            """
            UPDATE webhook_deliveries SET leased_until = NULL
            WHERE id = ANY (\(deliveries)::uuid[]) AND status = 'pending'
            """)
    }

    /// The statement that writes what became of attempts; read its answer with ``hasReady(_:)``.
    ///
    /// A failure is noted only if nobody else has attempted the delivery meanwhile, which can happen after a lease ran
    /// out; a success always is one. Messages behind a postponed one are postponed with it, and the next one behind a
    /// message that is done becomes due.
    ///
    /// - Parameter healthy: Endpoints that took all of these attempts. Their success is noted about once a second, and at
    ///   once when it ends a series of failures.
    func settling(_ attempts: [SettledAttempt], healthy: [WebhookEndpointID]) -> PostgresQuery {
        """
        WITH settled AS (
            UPDATE webhook_deliveries delivery
            SET status = result.status, attempts = result.attempts, due_at = result.due_at, leased_until = NULL,
                last_attempt_at = result.at, last_status = result.code, last_error = result.error,
                last_response = result.response, last_headers = result.headers,
                failures = CASE WHEN result.status = 'delivered' THEN delivery.failures ELSE
                    CASE WHEN jsonb_array_length(delivery.failures) >= 100 THEN delivery.failures - 0
                        ELSE coalesce(delivery.failures, '[]') END
                    || jsonb_build_array(jsonb_build_object('at', (extract(epoch FROM result.at) * 1000000)::bigint,
                        'status', result.code, 'error', result.error)) END
            FROM unnest(\(attempts.map(\.delivery))::uuid[], \(attempts.map(\.settlement.status.rawValue))::text[],
                \(attempts.map(\.settlement.attempts))::integer[], \(attempts.map(\.settlement.dueAt))::timestamptz[],
                \(attempts.map(\.at))::timestamptz[], \(attempts.map(\.outcome.status))::integer[],
                \(attempts.map(\.outcome.error))::text[], \(attempts.map(\.outcome.response))::text[],
                \(attempts.map(\.outcome.headers))::text[])
                AS result (id, status, attempts, due_at, at, code, error, response, headers)
            WHERE delivery.id = result.id AND delivery.status = 'pending'
                AND (result.status = 'delivered' OR delivery.attempts = result.attempts - 1)
            RETURNING delivery.endpoint_id, delivery.subject, delivery.sequence, delivery.status, delivery.due_at
        ),
        ready AS (
            SELECT next.id, next.due_at
            FROM settled CROSS JOIN LATERAL (
                SELECT id, due_at FROM webhook_deliveries
                WHERE endpoint_id = settled.endpoint_id AND subject = settled.subject AND status = 'pending'
                    AND sequence > settled.sequence
                ORDER BY sequence LIMIT 1) AS next
            WHERE settled.status <> 'pending'
        ),
        hastened AS (
            UPDATE webhook_deliveries SET due_at = now()
            WHERE id = ANY (ARRAY(SELECT id FROM ready WHERE due_at > now()))
        ),
        blocked AS (
            SELECT later.id, settled.due_at
            FROM settled CROSS JOIN LATERAL (
                SELECT id FROM webhook_deliveries
                WHERE endpoint_id = settled.endpoint_id AND subject = settled.subject AND status = 'pending'
                    AND sequence > settled.sequence
                -- Keeps the planner from joining with all that is pending.
                OFFSET 0) AS later
            WHERE settled.status = 'pending'
        ),
        postponed AS (
            UPDATE webhook_deliveries later SET due_at = blocked.due_at + \(constant: Self.blockedMargin)
            FROM blocked WHERE later.id = blocked.id
        ),
        healthy AS (
            UPDATE webhook_endpoints
            SET consecutive_failures = 0, failing_since = NULL, last_success_at = clock_timestamp()
            WHERE id = ANY (ARRAY(
                SELECT id FROM webhook_endpoints
                WHERE id = ANY (\(healthy)::uuid[]) AND (consecutive_failures > 0 OR last_success_at IS NULL
                    OR last_success_at < clock_timestamp() - interval '1 second')
                ORDER BY id FOR UPDATE))
        )
        SELECT EXISTS (SELECT FROM ready) AS has_ready
        """
    }

    /// Whether a message may be sent now that waited for one of those that were settled.
    func hasReady(_ settled: PostgresRows) throws -> Bool {
        try settled.first?["has_ready", as: Bool.self] ?? false
    }

    /// Makes an endpoint's messages due at once that wait to be tried again. Those behind them follow as they are done.
    func hasten(_ endpoint: WebhookEndpointID) async throws {
        try await database.execute(
            """
            UPDATE webhook_deliveries SET due_at = now()
            WHERE due_at > now() AND status = 'pending' AND id IN (
                SELECT DISTINCT ON (subject) id FROM webhook_deliveries
                WHERE endpoint_id = \(endpoint) AND status = 'pending' ORDER BY subject, sequence)
            """)
        signal.wake()
    }

    /// Makes a failed delivery pending again, with all its attempts before it. Answers whether there was one.
    func requeue(_ id: WebhookDeliveryID, of account: AccountID) async throws -> Bool {
        let count = try await database.execute(
            """
            UPDATE webhook_deliveries delivery
            SET status = 'pending', attempts = 0, due_at = now(), leased_until = NULL
            FROM webhook_endpoints endpoint
            WHERE delivery.id = \(id) AND delivery.status = 'failed'
                AND endpoint.id = delivery.endpoint_id AND endpoint.account_id = \(account)
            """)
        signal.wake()
        return count > 0
    }

    /// Makes the failed deliveries of an endpoint pending again that were made within a time. Answers how many there were.
    func requeueFailed(
        of endpoint: WebhookEndpointID, since: Timestamp? = nil, until: Timestamp? = nil
    ) async throws -> Int {
        let count = try await database.execute(
            """
            UPDATE webhook_deliveries SET status = 'pending', attempts = 0, due_at = now(), leased_until = NULL
            WHERE endpoint_id = \(endpoint) AND status = 'failed'
                AND created_at >= coalesce(\(since)::timestamptz, '-infinity')
                AND created_at < coalesce(\(until)::timestamptz, 'infinity')
            """)
        signal.wake()
        return count
    }
}

extension DeliveryStore {
    /// A delivery as a claim would give it, whatever its state.
    func delivery(_ id: WebhookDeliveryID, of account: AccountID) async throws -> ClaimedDelivery? {
        let rows = try await database.query(
            """
            SELECT delivery.id AS delivery_id, delivery.type AS message_type, delivery.attempts,
                delivery.last_attempt_at AS attempted_at, event.id AS event_id, event.type AS event_type,
                event.subject, event.sequence, event.time, event.traceparent, event.payload, NULL::float8 AS pause,
                \(constant: WebhookEndpointStore.columns)
            FROM webhook_deliveries delivery
            JOIN webhook_events event ON event.id = delivery.event_id
            JOIN webhook_endpoints endpoint ON endpoint.id = delivery.endpoint_id
            WHERE delivery.id = \(id) AND endpoint.account_id = \(account)
            """)
        return try rows.first.map { try ClaimedDelivery($0, WebhookEndpoint($0)) }
    }
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

/// An attempt and what it makes of its delivery.
struct SettledAttempt: Sendable {
    let delivery: WebhookDeliveryID
    let endpoint: WebhookEndpointID
    /// When the endpoint was given the settings that the attempt was made with.
    let configuredAt: Timestamp
    let outcome: DeliveryOutcome
    let settlement: Settlement
    let at: Timestamp
}

extension ClaimedDelivery {
    fileprivate init(_ row: PostgresRow, _ endpoint: WebhookEndpoint) throws {
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
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
