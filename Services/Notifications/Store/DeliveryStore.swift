import Messaging
import Postgres
import Schema

/// Events, and their deliveries: from the insert in the consumer's transaction to the log.
struct DeliveryStore: Sendable {
    let database: PostgresDatabase
    /// Woken when there is something to send.
    let signal: DispatchSignal

    /// Records an event and one delivery of each message to each endpoint of its account that subscribes to it, disabled
    /// endpoints included: their deliveries are held. The event is recorded whether or not anybody wants it: the log is
    /// whole, and whoever comes later can have it sent. Nobody records an event twice, the inbox sees to that.
    ///
    /// Only queues the statement, so that a batch of events is one round trip.
    ///
    /// - Parameter only: The one endpoint that gets it, whether it subscribes or not.
    func record(
        _ event: RecordedEvent, messages: [WebhookStyles.Message], only: WebhookEndpointID? = nil,
        in transaction: PostgresTransaction
    ) {
        transaction.send(
            """
            WITH event AS (
                INSERT INTO webhook_event_log (id, account_id, type, subject, sequence, time, traceparent, payload)
                VALUES (\(event.id), \(event.account), \(event.type), \(event.subject), \(event.sequence), \(event.time),
                    \(event.traceparent), \(String(decoding: event.payload, as: UTF8.self)))
                RETURNING id, account_id, recorded_at, subject, sequence, clock_timestamp() AS made_at
            ),
            target AS (
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
            inserted AS (
                INSERT INTO webhook_deliveries (id, endpoint_id, event_id, recorded_at, type, subject, sequence, due_at,
                    created_at)
                SELECT \(constant: Self.newID), target.endpoint_id, event.id, event.recorded_at, target.type,
                    event.subject, event.sequence,
                    CASE WHEN head.due_at > now() THEN head.due_at + \(constant: Self.blockedMargin) ELSE now() END,
                    made_at
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

    /// A UUIDv7 of the moment `made_at`, to the microsecond (RFC 9562, section 6.2, method 3).
    static let newID: StaticString = """
        overlay(gen_random_uuid()::text PLACING (
            SELECT overlay(lpad(to_hex(moment / 1000), 12, '0') PLACING '-' FROM 9 FOR 0) || '-7'
                || lpad(to_hex(moment % 1000 * 4096 / 1000), 3, '0')
            FROM (SELECT (extract(epoch FROM made_at) * 1000000)::bigint AS moment) AS clock) FROM 1)::uuid
        """

    /// How much later than a postponed message those behind it become due. They wait outside of what a claim looks
    /// through, also while it is tried again: whatever ends it makes the next one due at once.
    static let blockedMargin: StaticString = "interval '1 minute'"

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
    /// What is done moves from the queue to the log, and a failed attempt leaves a line of its own. A failure is noted
    /// only if nobody else has attempted the delivery meanwhile, which can happen after a lease ran out; a success always
    /// is one. Messages behind a postponed one are postponed with it, and the next one behind a message that is done
    /// becomes due.
    ///
    /// - Parameter healthy: Endpoints that took all of these attempts. Their success is noted about once a second, and at
    ///   once when it ends a series of failures.
    func settling(_ attempts: [SettledAttempt], healthy: [WebhookEndpointID]) -> PostgresQuery {
        """
        WITH result AS (
            SELECT * FROM unnest(\(attempts.map(\.delivery))::uuid[],
                \(attempts.map(\.settlement.status.rawValue))::text[],
                \(attempts.map(\.settlement.attempts))::integer[], \(attempts.map(\.settlement.dueAt))::timestamptz[],
                \(attempts.map(\.at))::timestamptz[], \(attempts.map(\.outcome.status))::integer[],
                \(attempts.map(\.outcome.error))::text[], \(attempts.map(\.outcome.response))::text[],
                \(attempts.map(\.outcome.headers))::text[])
                AS result (id, outcome, tries, next_at, at, code, error, response, headers)
        ),
        done AS (
            DELETE FROM webhook_deliveries delivery USING result
            WHERE delivery.id = result.id AND result.outcome <> 'pending'
                AND (result.outcome = 'delivered' OR delivery.attempts = result.tries - 1)
            RETURNING delivery.recorded_at, delivery.endpoint_id, delivery.event_id, delivery.type, delivery.subject,
                delivery.sequence, delivery.created_at, result.*
        ),
        logged AS (
            INSERT INTO webhook_delivery_log (recorded_at, id, account_id, endpoint_id, event_id, type, subject, sequence,
                status, attempts, due_at, created_at, last_attempt_at, last_status, last_error, last_response,
                last_headers)
            SELECT done.recorded_at, done.id, endpoint.account_id, done.endpoint_id, done.event_id, done.type, done.subject,
                done.sequence, done.outcome, done.tries, done.next_at, done.created_at, done.at, done.code, done.error,
                CASE WHEN done.outcome = 'delivered' THEN done.response END,
                CASE WHEN done.outcome = 'delivered' THEN done.headers END
            -- Of an endpoint that was deleted meanwhile nobody reads.
            FROM done JOIN webhook_endpoints endpoint ON endpoint.id = done.endpoint_id
        ),
        retried AS (
            UPDATE webhook_deliveries delivery
            SET attempts = result.tries, due_at = result.next_at, leased_until = NULL, last_attempt_at = result.at,
                last_status = result.code, last_error = result.error
            FROM result
            WHERE delivery.id = result.id AND delivery.status = 'pending' AND result.outcome = 'pending'
                AND delivery.attempts = result.tries - 1
            RETURNING delivery.recorded_at, delivery.endpoint_id, delivery.subject, delivery.sequence, result.*
        ),
        settled AS (
            SELECT endpoint_id, subject, sequence, outcome, next_at FROM done
            UNION ALL
            SELECT endpoint_id, subject, sequence, outcome, next_at FROM retried
        ),
        failed AS (
            INSERT INTO webhook_attempt_log (recorded_at, delivery_id, at, status, error, response, headers)
            SELECT recorded_at, id, at, code, error, response, headers FROM done WHERE outcome = 'failed'
            UNION ALL
            SELECT recorded_at, id, at, code, error, response, headers FROM retried
        ),
        ready AS (
            SELECT next.id, next.due_at, settled.endpoint_id
            FROM settled CROSS JOIN LATERAL (
                SELECT id, due_at FROM webhook_deliveries
                WHERE endpoint_id = settled.endpoint_id AND subject = settled.subject AND status = 'pending'
                    AND sequence > settled.sequence
                ORDER BY sequence LIMIT 1) AS next
            WHERE settled.outcome <> 'pending'
        ),
        hastened AS (
            UPDATE webhook_deliveries SET due_at = now()
            WHERE id = ANY (ARRAY(SELECT id FROM ready WHERE due_at > now()))
        ),
        blocked AS (
            SELECT later.id, settled.next_at
            FROM settled CROSS JOIN LATERAL (
                SELECT id FROM webhook_deliveries
                WHERE endpoint_id = settled.endpoint_id AND subject = settled.subject AND status = 'pending'
                    AND sequence > settled.sequence
                -- Keeps the planner from joining with all that is pending.
                OFFSET 0) AS later
            WHERE settled.outcome = 'pending'
        ),
        postponed AS (
            UPDATE webhook_deliveries later SET due_at = blocked.next_at + \(constant: Self.blockedMargin)
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
