import Messaging
import Postgres
import Schema

extension DeliveryStore {
    /// Makes a failed delivery pending again, with all its attempts before it. Answers whether there was one.
    func requeue(_ id: WebhookDeliveryID, of account: AccountID) async throws -> Bool {
        let rows = try await database.query(
            """
            WITH delivery AS (
                DELETE FROM webhook_delivery_log
                WHERE account_id = \(account) AND id = \(id) AND status = 'failed'
                    AND endpoint_id IN (SELECT id FROM webhook_endpoints WHERE account_id = \(account))
                RETURNING \(constant: Self.queueColumns)
            ),
            requeued AS (
                INSERT INTO webhook_deliveries (\(constant: Self.queueColumns), due_at)
                SELECT \(constant: Self.queueColumns), now() FROM delivery
                RETURNING endpoint_id
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
            WITH delivery AS (
                DELETE FROM webhook_delivery_log
                WHERE endpoint_id = \(endpoint) AND status = 'failed'
                    AND created_at >= coalesce(\(since)::timestamptz, '-infinity')
                    AND created_at < coalesce(\(until)::timestamptz, 'infinity')
                RETURNING \(constant: Self.queueColumns)
            ),
            requeued AS (
                INSERT INTO webhook_deliveries (\(constant: Self.queueColumns), due_at)
                SELECT \(constant: Self.queueColumns), now() FROM delivery
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

    /// What a delivery takes along from the log into the queue; its attempts count anew.
    private static let queueColumns: StaticString = """
        id, endpoint_id, event_id, recorded_at, type, subject, sequence, created_at, last_attempt_at, last_status, last_error
        """

    /// A delivery as a claim would give it, whatever its state.
    func delivery(_ id: WebhookDeliveryID, of account: AccountID) async throws -> ClaimedDelivery? {
        let rows = try await database.query(
            """
            SELECT delivery.id AS delivery_id, delivery.type AS message_type, delivery.attempts,
                delivery.last_attempt_at AS attempted_at, event.id AS event_id, event.type AS event_type,
                event.subject, event.sequence, event.time, event.traceparent, event.payload, NULL::float8 AS pause,
                \(constant: WebhookEndpointStore.columns)
            FROM (
                SELECT id, endpoint_id, event_id, recorded_at, type, attempts, last_attempt_at
                FROM webhook_deliveries WHERE id = \(id)
                UNION ALL
                SELECT id, endpoint_id, event_id, recorded_at, type, attempts, last_attempt_at
                FROM webhook_delivery_log WHERE account_id = \(account) AND id = \(id)
            ) AS delivery
            JOIN webhook_event_log event ON event.id = delivery.event_id AND event.recorded_at = delivery.recorded_at
            JOIN webhook_endpoints endpoint ON endpoint.id = delivery.endpoint_id
            WHERE endpoint.account_id = \(account)
            """)
        return try rows.first.map { try ClaimedDelivery($0, WebhookEndpoint($0)) }
    }

    /// Removes deliveries whose endpoint is no more from the queue, a batch a statement. Answers whether there may be more.
    func removeOrphans() async throws -> Bool {
        let batchSize = 2000
        let count = try await database.execute(
            """
            WITH RECURSIVE receiver AS (
                -- A loose index scan: one probe an endpoint.
                (SELECT endpoint_id FROM webhook_deliveries WHERE status = 'pending' AND due_at IS NOT NULL
                 ORDER BY endpoint_id, due_at LIMIT 1)
                UNION ALL
                SELECT next.endpoint_id FROM receiver CROSS JOIN LATERAL (
                    SELECT endpoint_id FROM webhook_deliveries
                    WHERE status = 'pending' AND due_at IS NOT NULL AND endpoint_id > receiver.endpoint_id
                    ORDER BY endpoint_id, due_at LIMIT 1) AS next
            )
            DELETE FROM webhook_deliveries WHERE id = ANY (ARRAY(
                SELECT orphan.id FROM receiver CROSS JOIN LATERAL (
                    SELECT id FROM webhook_deliveries WHERE endpoint_id = receiver.endpoint_id AND status = 'pending'
                    LIMIT \(batchSize)) AS orphan
                WHERE NOT EXISTS (SELECT FROM webhook_endpoints WHERE id = receiver.endpoint_id)
                LIMIT \(batchSize)))
            """)
        return count >= batchSize
    }
}
