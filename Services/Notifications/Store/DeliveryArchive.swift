import FoundationEssentials
import Postgres
import Schema

/// Removes deliveries and events, a batch a statement. Each answers whether there may be more.
///
/// Ids are UUIDv7 and tell the age: what is old is a range of the primary key.
struct DeliveryArchive: Sendable {
    let database: PostgresDatabase

    /// Rows of one statement.
    private static let batchSize = 2000

    /// Deliveries whose endpoint is no more, whatever their state.
    func removeOrphans() async throws -> Bool {
        try await isFull(
            """
            WITH RECURSIVE receiver AS (
                -- A loose index scan: one probe an endpoint.
                (SELECT endpoint_id FROM webhook_deliveries ORDER BY endpoint_id LIMIT 1)
                UNION ALL
                SELECT next.endpoint_id FROM receiver CROSS JOIN LATERAL (
                    SELECT endpoint_id FROM webhook_deliveries WHERE endpoint_id > receiver.endpoint_id
                    ORDER BY endpoint_id LIMIT 1) AS next
            )
            DELETE FROM webhook_deliveries WHERE id = ANY (ARRAY(
                SELECT orphan.id FROM receiver CROSS JOIN LATERAL (
                    SELECT id FROM webhook_deliveries WHERE endpoint_id = receiver.endpoint_id
                    LIMIT \(Self.batchSize)) AS orphan
                WHERE NOT EXISTS (SELECT FROM webhook_endpoints WHERE id = receiver.endpoint_id)
                LIMIT \(Self.batchSize)))
            """)
    }

    /// Deliveries that were made, or have failed for good. Those that are held for their endpoint stay.
    func removeDeliveries(olderThan age: Duration) async throws -> Bool {
        try await isFull(
            """
            DELETE FROM webhook_deliveries WHERE id = ANY (ARRAY(
                SELECT id FROM webhook_deliveries
                WHERE id < \(Self.firstID(after: age)) AND status <> 'pending' ORDER BY id LIMIT \(Self.batchSize)))
            """)
    }

    /// Events that no delivery needs. The ids of an event's deliveries begin as its own does.
    func removeEvents(olderThan age: Duration) async throws -> Bool {
        try await isFull(
            """
            DELETE FROM webhook_events WHERE id = ANY (ARRAY(
                SELECT id FROM webhook_events event
                WHERE id < \(Self.firstID(after: age)) AND NOT EXISTS (
                    SELECT FROM webhook_deliveries delivery
                    WHERE delivery.event_id = event.id
                        AND delivery.id >= overlay(event.id::text PLACING '-0000-000000000000' FROM 19)::uuid
                        AND delivery.id <= overlay(event.id::text PLACING '-ffff-ffffffffffff' FROM 19)::uuid)
                ORDER BY id LIMIT \(Self.batchSize)))
            """)
    }

    private func isFull(_ removal: PostgresQuery) async throws -> Bool {
        try await database.execute(removal) >= Self.batchSize
    }

    /// The lowest UUIDv7 of the moment so long ago: RFC 9562, section 5.7.
    static func firstID(after age: Duration) -> UUID {
        let milliseconds = UInt64(clamping: (Timestamp.now() - age).microseconds / 1000)
        let words = ((milliseconds << 16 | 0x7000).bigEndian, UInt64(0x8000_0000_0000_0000).bigEndian)
        return UUID(uuid: withUnsafeBytes(of: words) { $0.load(as: uuid_t.self) })
    }
}
