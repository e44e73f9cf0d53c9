import Messaging
import Postgres
import Schema

/// Events, and their deliveries: from the insert in the consumer's transaction to the log.
struct DeliveryStore: Sendable {
    let database: PostgresDatabase
    /// Woken when there is something to send.
    let signal: DispatchSignal

    /// Records an event and one delivery of each message to each endpoint of its account that subscribes to it, disabled
    /// endpoints included: their deliveries are held. Recording an event twice changes nothing.
    ///
    /// Only queues the statement, so that a batch of events is one round trip.
    func record(
        _ event: RecordedEvent, messages: [(style: String, type: String)], in transaction: PostgresTransaction
    ) {
        // A delivery's id is a UUIDv7: the event's timestamp with random bits of its own.
        transaction.send(
            """
            WITH event AS (
                INSERT INTO webhook_events (id, account_id, type, subject, sequence, time, traceparent, payload)
                VALUES (\(event.id), \(event.account), \(event.type), \(event.subject), \(event.sequence), \(event.time),
                    \(event.traceparent), \(String(decoding: event.payload, as: UTF8.self)))
                ON CONFLICT (id) DO NOTHING
                RETURNING id, account_id, subject, sequence
            )
            INSERT INTO webhook_deliveries (id, endpoint_id, event_id, type, subject, sequence, due_at, created_at)
            SELECT overlay(gen_random_uuid()::text PLACING left(event.id::text, 18) FROM 1)::uuid, endpoint.id, event.id,
                message.type, event.subject, event.sequence, now(), now()
            FROM event
            JOIN webhook_endpoints endpoint ON endpoint.account_id = event.account_id
            JOIN unnest(\(messages.map(\.style))::text[], \(messages.map(\.type))::text[]) AS message (style, type)
                ON message.style = endpoint.style
            WHERE endpoint.events && ARRAY['*', message.type, split_part(message.type, '.', 1) || '.*']
            """)
        transaction.afterCommit { [signal] in signal.wake() }
    }

    /// Takes deliveries that are due, for `lease` from now, and counts them as nobody else's until then.
    ///
    /// A delivery is due when its time has come, its endpoint is enabled and no earlier message of its subject is pending
    /// for the endpoint. Whoever dies with a lease leaves the delivery to the next one who looks.
    func claim(_ openings: DispatchBoard.Openings, lease: Duration) async throws -> [ClaimedDelivery] {
        let exceptions = Array(openings.exceptions)
        let rows = try await database.query(
            """
            WITH RECURSIVE busy AS (
                -- A loose index scan: one probe an endpoint that has something pending.
                (SELECT endpoint_id, due_at FROM webhook_deliveries WHERE status = 'pending' AND due_at IS NOT NULL
                 ORDER BY endpoint_id, due_at LIMIT 1)
                UNION ALL
                SELECT next.endpoint_id, next.due_at
                FROM busy CROSS JOIN LATERAL (
                    SELECT endpoint_id, due_at FROM webhook_deliveries
                    WHERE status = 'pending' AND due_at IS NOT NULL AND endpoint_id > busy.endpoint_id
                    ORDER BY endpoint_id, due_at LIMIT 1) AS next
            ),
            -- Whoever has waited longest comes first, and nobody is looked at once enough is found.
            queue AS (SELECT endpoint_id FROM busy WHERE due_at <= clock_timestamp() ORDER BY due_at),
            claimed AS (
                SELECT delivery.id
                FROM queue AS busy
                JOIN webhook_endpoints endpoint ON endpoint.id = busy.endpoint_id AND endpoint.disabled_at IS NULL
                LEFT JOIN unnest(\(exceptions.map(\.key))::uuid[], \(exceptions.map(\.value))::integer[])
                    AS lane (endpoint_id, width) ON lane.endpoint_id = busy.endpoint_id
                CROSS JOIN LATERAL (
                    SELECT pending.id FROM webhook_deliveries pending
                    WHERE pending.endpoint_id = busy.endpoint_id AND pending.status = 'pending'
                        AND pending.due_at <= clock_timestamp()
                        AND (pending.leased_until IS NULL OR pending.leased_until < clock_timestamp())
                        AND pending.sequence = (
                            SELECT head.sequence FROM webhook_deliveries head
                            WHERE head.endpoint_id = pending.endpoint_id AND head.subject = pending.subject
                                AND head.status = 'pending'
                            ORDER BY head.sequence LIMIT 1)
                    ORDER BY pending.due_at LIMIT coalesce(lane.width, \(openings.standard)::integer)
                    FOR UPDATE SKIP LOCKED) AS delivery
                LIMIT \(openings.total)
            )
            UPDATE webhook_deliveries delivery
            SET leased_until = clock_timestamp() + make_interval(secs => \(lease.seconds))
            FROM webhook_events event, webhook_endpoints endpoint
            -- The array makes the planner see few rows and go by the primary key, however fresh its statistics are.
            WHERE delivery.id = ANY (ARRAY(SELECT id FROM claimed))
                AND event.id = delivery.event_id AND endpoint.id = delivery.endpoint_id
            RETURNING delivery.id AS delivery_id, delivery.type AS message_type, delivery.attempts,
                event.id AS event_id, event.type AS event_type, event.subject, event.sequence, event.time,
                event.traceparent, event.payload,
                \(constant: WebhookEndpointStore.columns),
                -- A lease need not survive a crash of the database: no reason to wait for the disk.
                set_config('synchronous_commit', 'off', true)
            """)
        // Many deliveries of one claim go to one endpoint: it is read once.
        var endpoints: [WebhookEndpointID: WebhookEndpoint] = [:]
        return try rows.map { row in
            let id: WebhookEndpointID = try row["endpoint_id"]
            let endpoint = try endpoints[id] ?? WebhookEndpoint(row)
            endpoints[id] = endpoint
            return try ClaimedDelivery(row, endpoint)
        }
    }

    /// Keeps the leases of deliveries that are still under way.
    func renew(_ deliveries: [WebhookDeliveryID], lease: Duration) async throws {
        try await database.execute(
            """
            UPDATE webhook_deliveries
            SET leased_until = clock_timestamp() + make_interval(secs => \(lease.seconds))
            WHERE id = ANY (\(deliveries)::uuid[]) AND status = 'pending'
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

    /// Writes what became of attempts. A failure is noted only if nobody else has attempted the delivery meanwhile,
    /// which can happen after a lease ran out; a success always is one.
    func settle(_ attempts: [SettledAttempt], in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE webhook_deliveries delivery
            SET status = result.status, attempts = result.attempts, due_at = result.due_at, leased_until = NULL,
                last_attempt_at = result.at, last_status = result.code, last_error = result.error,
                last_response = result.response
            FROM unnest(\(attempts.map(\.delivery))::uuid[], \(attempts.map(\.settlement.status.rawValue))::text[],
                \(attempts.map(\.settlement.attempts))::integer[], \(attempts.map(\.settlement.dueAt))::timestamptz[],
                \(attempts.map(\.at))::timestamptz[], \(attempts.map(\.outcome.status))::integer[],
                \(attempts.map(\.outcome.error))::text[], \(attempts.map(\.outcome.response))::text[])
                AS result (id, status, attempts, due_at, at, code, error, response)
            WHERE delivery.id = result.id AND delivery.status = 'pending'
                AND (result.status = 'delivered' OR delivery.attempts = result.attempts - 1)
            """)
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

    /// Makes all failed deliveries of an endpoint pending again. Answers how many there were.
    func requeueFailed(of endpoint: WebhookEndpointID) async throws -> Int {
        let count = try await database.execute(
            """
            UPDATE webhook_deliveries SET status = 'pending', attempts = 0, due_at = now(), leased_until = NULL
            WHERE endpoint_id = \(endpoint) AND status = 'failed'
            """)
        signal.wake()
        return count
    }
}

/// A delivery with all that is needed to send it.
struct ClaimedDelivery: Sendable {
    let id: WebhookDeliveryID
    /// Attempts made before.
    let attempts: Int
    let message: WebhookMessage
    let endpoint: WebhookEndpoint
}

/// An attempt and what it makes of its delivery.
struct SettledAttempt: Sendable {
    let delivery: WebhookDeliveryID
    let endpoint: WebhookEndpointID
    let outcome: DeliveryOutcome
    let settlement: Settlement
    let at: Timestamp
}

extension ClaimedDelivery {
    fileprivate init(_ row: PostgresRow, _ endpoint: WebhookEndpoint) throws {
        id = try row["delivery_id"]
        attempts = try row["attempts"]
        let event = RecordedEvent(
            id: try row["event_id"], account: endpoint.account, type: try row["event_type"],
            subject: try row["subject"],
            sequence: try row["sequence"], time: try row["time"], traceparent: try row["traceparent"],
            payload: Array(try row["payload", as: String.self].utf8))
        message = WebhookMessage(type: try row["message_type"], event: event)
        self.endpoint = endpoint
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
