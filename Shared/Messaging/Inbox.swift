internal import FoundationEssentials
internal import Postgres
internal import Schema

/// Which events this service has applied: the SQL of `inbox`.
enum Inbox {
    /// What a transaction may do with the events that it has recorded.
    struct Admission {
        /// Those that are new.
        var fresh: Set<UUID> = []
        /// The keys behind which they must wait. They stay parked until the transaction ends.
        var parked: Set<ParkingKey> = []
    }

    /// Records events, waiting for a transaction that records the same ones, and tells what is new and what is parked.
    static func admit(_ events: [EventEnvelope], in transaction: PostgresTransaction) async throws -> Admission {
        let ids = events.map(\.id)
        transaction.send(record(ids))
        // In the same round trip, but a statement of its own: it must see what the transaction waited for has parked.
        // Sorted, because all transactions must lock the keys in one order.
        let keys = Set(events.map(\.parkingKey)).sorted { ($0.topic, $0.subject) < ($1.topic, $1.subject) }
        let rows = try await transaction.query(
            """
            SELECT id, NULL AS topic, NULL AS subject FROM inbox
            WHERE id = ANY(\(ids)::uuid[]) AND xmin = pg_current_xact_id_if_assigned()::xid
            UNION ALL
            SELECT NULL, topic, subject FROM (
                SELECT topic, subject FROM parked_keys
                WHERE (topic, subject) IN (
                    SELECT unnest(\(keys.map(\.topic))::text[]), unnest(\(keys.map(\.subject))::text[]))
                FOR SHARE
            ) AS parked
            """)
        var admission = Admission()
        for row in rows {
            if let id = try row["id", as: UUID?.self] {
                admission.fresh.insert(id)
            } else {
                admission.parked.insert(ParkingKey(topic: try row["topic"], subject: try row["subject"]))
            }
        }
        return admission
    }

    /// Records one event. False if it was recorded before.
    static func record(_ id: UUID, in transaction: PostgresTransaction) async throws -> Bool {
        try await transaction.execute(record([id])) == 1
    }

    private static func record(_ ids: [UUID]) -> PostgresQuery {
        "INSERT INTO inbox (id) SELECT unnest(\(ids)::uuid[]) ON CONFLICT DO NOTHING"
    }
}
