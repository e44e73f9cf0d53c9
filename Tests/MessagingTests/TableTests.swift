import FoundationEssentials
import Kafka
import Logging
import Postgres
import Schema
import TestKit
import Testing

@testable import Messaging

@Suite struct TableTests {
    @Test("The migrations' names are numbered without gaps and in order")
    func migrations() throws {
        #expect(try PostgresMigration.validate(MessagingMigrations.all) == MessagingMigrations.all)
        #expect(MessagingMigrations.all.allSatisfy { $0.name.hasPrefix("messaging/") && !$0.sql.isEmpty })
    }

    @Test("Columns give back what was bound")
    func roundTrips() async throws {
        let trace = TraceContext.random()
        let keyring = try DataKeyring("k1:\(DataKeyring.generateKey())")
        let sealed = try keyring.seal("someone")
        let json: JSONValue = ["a": [1, "b", .null]]
        let id = ID<Order>()
        try await TestDatabase.with(migrations: []) { database, _ in
            for time in [0, -1, 1_716_890_400_123_456, 1_716_890_400_000_000, -62_135_596_800_000_000] {
                let row = try #require(
                    try await database.query("SELECT \(Timestamp(microseconds: Int64(time)))::timestamptz AS time")
                        .first)
                #expect(try row["time"] == Timestamp(microseconds: Int64(time)))
            }
            let row = try #require(
                try await database.query(
                    """
                    SELECT \(id)::uuid AS id, \([id])::uuid[] AS ids, \(Currency.eur)::text AS currency,
                        \(ServiceName.orders)::text AS service, \(trace)::text AS trace, \(json)::text AS json,
                        \(sealed)::text AS sealed, \(nil as Timestamp?)::timestamptz AS nothing
                    """
                ).first)
            #expect(try row["id"] == id)
            #expect(try row["ids"] == [id])
            #expect(try row["currency"] == Currency.eur)
            #expect(try row["service"] == ServiceName.orders)
            #expect(try row["trace"] == trace)
            #expect(try row["json"] == json)
            #expect(try row["sealed"] == sealed)
            #expect(try row["nothing"] == nil as Timestamp?)
        }
    }

    @Test("An event survives the headers of its record; without one of them it is none")
    func headers() throws {
        let event = try TraceContext.$current.withValue(.random()) { try noted("ord_1", 3) }
        let record = event.record
        #expect(record.key == Array("ord_1".utf8))
        #expect(record.value == event.payload)
        let names = record.headers.map(\.name)
        #expect(
            names == [
                "ce_specversion", "ce_id", "ce_type", "ce_source", "ce_subject", "ce_time", "ce_sequence",
                "ce_account", "content-type", "traceparent",
            ])
        func message(without name: String) -> KafkaMessage {
            KafkaMessage(
                topic: record.topic, key: record.key, value: record.value,
                headers: record.headers.filter { $0.name != name })
        }
        #expect(try EventEnvelope(message(without: "")) == event)
        #expect(try EventEnvelope(message(without: "traceparent")).traceparent == nil)
        for name in ["ce_id", "ce_type", "ce_source", "ce_subject", "ce_time", "ce_sequence", "ce_account"] {
            #expect(throws: MalformedEvent(header: name)) { try EventEnvelope(message(without: name)) }
        }
    }

    @Test("An event that no broker would take is refused where it is written")
    func tooLarge() async throws {
        try await TestDatabase.with(migrations: MessagingMigrations.all) { database, _ in
            let outbox = Outbox(service: .orders, signal: WakeSignal())
            await #expect(throws: EventError.self) {
                try await database.withTransaction { transaction in
                    try outbox.append(
                        Huge(bytes: Outbox.maximumPayload + 1), subject: "a", sequence: 1, account: account,
                        in: transaction)
                }
            }
        }
    }

    @Test("Old inbox entries and idempotency keys go, young ones stay")
    func retention() async throws {
        try await TestDatabase.with(migrations: MessagingMigrations.all) { database, _ in
            let now = Timestamp.now().microseconds / 1000
            let day: Int64 = 24 * 3600 * 1000
            for age in [0, 2 * day, 20 * day] {
                try await database.execute("INSERT INTO inbox (id) VALUES (\(UUID(firstOfVersion7At: now - age)))")
            }
            try await database.execute("INSERT INTO inbox (id) VALUES (\(UUIDv7.next()))")
            try await database.execute(
                """
                INSERT INTO idempotency_keys (account, route, key, fingerprint, created_at)
                SELECT \(account), 'POST /v1/orders', age::text, 'x', now() - make_interval(hours => age)
                FROM unnest(ARRAY[1, 23, 25, 1000]) AS age
                """)
            try await Retention(database: database, logger: .silent).removeOld()
            #expect(try await database.query("SELECT FROM inbox").count == 3)
            #expect(
                try await database.query("SELECT key FROM idempotency_keys ORDER BY key").map { try $0["key"] }
                    == ["1", "23"])
        }
    }
}
