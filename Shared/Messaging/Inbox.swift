internal import FoundationEssentials
internal import Postgres
internal import Schema

/// Which events this service has applied: the SQL of `inbox`.
enum Inbox {
    /// Records events and returns those that are new. Waits for a transaction that records the same one.
    static func record(_ ids: [UUID], in transaction: PostgresTransaction) async throws -> Set<UUID> {
        let rows = try await transaction.query(
            "INSERT INTO inbox (id) SELECT unnest(\(ids)::uuid[]) ON CONFLICT DO NOTHING RETURNING id")
        return Set(try rows.map { try $0["id"] })
    }
}

/// One aggregate's events on one topic: what is parked together.
struct ParkingKey: Hashable, Sendable {
    let topic: String
    let subject: String
}

extension EventEnvelope {
    var parkingKey: ParkingKey { ParkingKey(topic: topic, subject: subject) }
}

/// The SQL of `parked_keys` and `parked_events`.
enum ParkingStore {
    /// Which of the keys are parked. They stay so until the transaction ends.
    static func parkedKeys(
        among keys: Set<ParkingKey>, in transaction: PostgresTransaction
    ) async throws -> Set<ParkingKey> {
        // One order for both arrays, and the same in all transactions, which lock the rows in it.
        let keys = keys.sorted { ($0.topic, $0.subject) < ($1.topic, $1.subject) }
        let rows = try await transaction.query(
            """
            SELECT topic, subject FROM parked_keys
            WHERE (topic, subject) IN (SELECT unnest(\(keys.map(\.topic))::text[]), unnest(\(keys.map(\.subject))::text[]))
            FOR SHARE
            """)
        return Set(try rows.map { ParkingKey(topic: try $0["topic"], subject: try $0["subject"]) })
    }

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
