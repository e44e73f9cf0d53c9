internal import FoundationEssentials
internal import Postgres
internal import Schema

/// The SQL of `parked_keys` and `parked_events`.
enum ParkingStore {
    /// Parks a key; waits for a requeue that is about to finish with it.
    static func add(_ key: ParkingKey, in transaction: PostgresTransaction) {
        transaction.send(
            """
            INSERT INTO parked_keys (topic, subject) VALUES (\(key.topic), \(key.subject))
            ON CONFLICT (topic, subject) DO UPDATE SET topic = excluded.topic
            """)
    }

    /// Puts an event behind those of its key that are parked already.
    static func add(_ event: EventEnvelope, error: String, in transaction: PostgresTransaction) {
        // What is parked may be no JSON at all, and no Postgres text can hold a NUL.
        let payload = String(decoding: event.payload.map { $0 == 0 ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
        transaction.send(
            """
            INSERT INTO parked_events
                (id, topic, type, source, subject, sequence, account, time, traceparent, payload, error)
            VALUES (\(event.id), \(event.topic), \(event.type), \(event.source), \(event.subject), \(event.sequence),
                \(event.account), \(event.time), \(event.traceparent), \(payload), \(error))
            """)
    }

    /// Holds a key against consumers and other operators. False if it is not parked.
    static func lock(_ key: ParkingKey, in transaction: PostgresTransaction) async throws -> Bool {
        let rows = try await transaction.query(
            "SELECT 1 AS one FROM parked_keys WHERE topic = \(key.topic) AND subject = \(key.subject) FOR UPDATE")
        return !rows.isEmpty
    }

    /// Frees a locked key if none of its events is left.
    static func removeIfEmpty(_ key: ParkingKey, in transaction: PostgresTransaction) {
        transaction.send(
            """
            DELETE FROM parked_keys WHERE topic = \(key.topic) AND subject = \(key.subject)
                AND NOT EXISTS (
                    SELECT FROM parked_events WHERE topic = \(key.topic) AND subject = \(key.subject))
            """)
    }

    static func count(in database: PostgresDatabase) async throws -> Int {
        try await database.query("SELECT count(*) AS count FROM parked_events").first?["count"] ?? 0
    }
}
