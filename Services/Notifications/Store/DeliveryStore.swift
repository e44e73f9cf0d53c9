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
            ),
            inserted AS (
                INSERT INTO webhook_deliveries (id, endpoint_id, event_id, type, subject, sequence, due_at, created_at)
                SELECT overlay(gen_random_uuid()::text PLACING left(event.id::text, 18) FROM 1)::uuid,
                    target.endpoint_id, event.id, target.type, event.subject, event.sequence,
                    CASE WHEN head.due_at > now() THEN head.due_at + \(constant: Self.blockedMargin) ELSE now() END,
                    now()
                FROM event CROSS JOIN target
                LEFT JOIN LATERAL (
                    SELECT earlier.due_at FROM webhook_deliveries earlier
                    WHERE earlier.endpoint_id = target.endpoint_id AND earlier.subject = event.subject
                        AND earlier.status = 'pending' AND earlier.sequence < event.sequence
                    ORDER BY earlier.sequence LIMIT 1) AS head ON true
                RETURNING endpoint_id
            )
            SELECT DISTINCT endpoint_id FROM inserted
            """
        ) { [signal] rows in
            let endpoints = try rows.map { try $0["endpoint_id", as: WebhookEndpointID.self] }
            transaction.afterCommit { signal.wake(endpoints) }
        }
    }

    /// How much later than a postponed message those behind it become due. They wait outside of what a claim looks
    /// through, also while it is tried again: whatever ends it makes the next one due at once.
    private static let blockedMargin: StaticString = "interval '1 minute'"

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

    /// The statement that writes what became of attempts; read its answer with ``ready(_:)``.
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
            SELECT next.id, next.due_at, settled.endpoint_id
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
            SET consecutive_failures = 0, failing_since = NULL, circuit_open_until = NULL,
                last_success_at = clock_timestamp()
            WHERE id = ANY (ARRAY(
                SELECT id FROM webhook_endpoints
                WHERE id = ANY (\(healthy)::uuid[]) AND (consecutive_failures > 0 OR last_success_at IS NULL
                    OR last_success_at < clock_timestamp() - interval '1 second')
                ORDER BY id FOR UPDATE))
        )
        SELECT DISTINCT endpoint_id FROM ready
        """
    }

    /// The endpoints for which a message may be sent now that waited for one of those that were settled.
    func ready(_ settled: PostgresRows) throws -> [WebhookEndpointID] {
        try settled.map { try $0["endpoint_id"] }
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
        signal.wake([endpoint])
    }

    /// Makes a failed delivery pending again, with all its attempts before it. Answers whether there was one.
    func requeue(_ id: WebhookDeliveryID, of account: AccountID) async throws -> Bool {
        let rows = try await database.query(
            """
            WITH requeued AS (
                UPDATE webhook_deliveries delivery
                SET status = 'pending', attempts = 0, due_at = now(), leased_until = NULL
                FROM webhook_endpoints endpoint
                WHERE delivery.id = \(id) AND delivery.status = 'failed'
                    AND endpoint.id = delivery.endpoint_id AND endpoint.account_id = \(account)
                RETURNING delivery.endpoint_id
            ),
            \(constant: Self.ended)
            SELECT endpoint_id FROM requeued
            """)
        signal.wake(try rows.map { try $0["endpoint_id", as: WebhookEndpointID.self] })
        return rows.count > 0
    }

    /// Makes the failed deliveries of an endpoint pending again that were made within a time. Answers how many there were.
    func requeueFailed(
        of endpoint: WebhookEndpointID, since: Timestamp? = nil, until: Timestamp? = nil
    ) async throws -> Int {
        let rows = try await database.query(
            """
            WITH requeued AS (
                UPDATE webhook_deliveries SET status = 'pending', attempts = 0, due_at = now(), leased_until = NULL
                WHERE endpoint_id = \(endpoint) AND status = 'failed'
                    AND created_at >= coalesce(\(since)::timestamptz, '-infinity')
                    AND created_at < coalesce(\(until)::timestamptz, 'infinity')
                RETURNING endpoint_id
            ),
            \(constant: Self.ended)
            SELECT count(*) AS count FROM requeued
            """)
        signal.wake([endpoint])
        return try rows.first?["count"] ?? 0
    }

    /// Ends the rest of an endpoint whose circuit is open: whoever requeues believes that it is well, and the first message
    /// will tell.
    private static let ended: StaticString = """
        ended AS (
            UPDATE webhook_endpoints SET circuit_open_until = now()
            WHERE id IN (SELECT endpoint_id FROM requeued) AND circuit_open_until > now()
        )
        """
}

/// An attempt and what it makes of its delivery.
struct SettledAttempt: Sendable {
    let delivery: WebhookDeliveryID
    let endpoint: WebhookEndpointID
    /// When the endpoint was given the settings that the attempt was made with.
    let configuredAt: Timestamp
    /// How long it took.
    let duration: Duration
    let outcome: DeliveryOutcome
    let settlement: Settlement
    let at: Timestamp
}
