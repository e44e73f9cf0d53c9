import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Notifications

/// A database of the time when events and deliveries were one table each.
@Suite struct PartitionMigrationTests {
    private static let former = NotificationsService.allMigrations.filter {
        $0.name.hasPrefix("messaging/") || $0.name < "0008"
    }

    @Test func `what was there is there, and what was pending is delivered`() async throws {
        try await TestDatabase.with(migrations: Self.former) { database, test in
            let receiver = try await WebhookReceiver.start()
            let account = AccountID()
            let keyring = try DataKeyring("k1:" + DataKeyring.generateKey())
            let secrets = try keyring.seal(EndpointSecrets(headers: [:]))
            try await database.execute(
                """
                INSERT INTO webhook_endpoints (id, account_id, name, url, style, payload_version, events, secrets,
                    created_at, configured_at)
                VALUES (gen_random_uuid(), \(account), 'shop', \(receiver.url("/hook")), 'watchtraderhub', 'v1', '{*}',
                    \(secrets), now(), now())
                """)
            try await database.execute(
                """
                INSERT INTO webhook_events (id, account_id, type, subject, sequence, time, payload)
                SELECT gen_random_uuid(), \(account), \(WebhookPinged.type), subject, number,
                    now() - interval '20 days' + number * interval '1 day', '{"message":"x"}'
                FROM unnest(ARRAY['pending', 'delivered', 'failed']) WITH ORDINALITY AS event (subject, number)
                """)
            try await database.execute(
                """
                INSERT INTO webhook_deliveries (id, endpoint_id, event_id, type, subject, sequence, status, attempts, due_at,
                    created_at, last_status, last_response, last_headers, failures)
                SELECT gen_random_uuid(), endpoint.id, event.id, 'integration.test_event', subject, event.sequence, subject,
                    2, now(), time, 500, 'the last answer', '{"x-a":"b"}',
                    '[{"at": 1700000000000000, "status": null, "error": "first"},
                      {"at": 1700000001500000, "status": 500, "error": "second"}]'
                FROM webhook_events event CROSS JOIN webhook_endpoints endpoint
                """)
            try await PostgresMigrator.apply(
                NotificationsService.allMigrations, schema: "test", with: test.configuration)

            let engine = Engine(database: database, keyring: keyring, account: account)
            let deliveries = try await engine.deliveries(of: "shop")
            #expect(Set(deliveries.map(\.subject)) == ["pending", "delivered", "failed"])
            for delivery in deliveries {
                #expect(delivery.status.rawValue == delivery.subject)
                #expect(delivery.lastResponse == "the last answer" && delivery.lastHeaders?["x-a"] == "b")
                #expect(delivery.failures.map(\.error) == ["first", "second"])
                #expect(delivery.failures.last?.at == Timestamp(microseconds: 1_700_000_001_500_000))
            }
            let page = try await EventLog(database: database).page(of: account, .init(), after: nil, limit: 10)
            #expect(page.events.map(\.event.subject) == ["pending", "delivered", "failed"])

            try await engine.dispatching { _ in
                try await eventually("what was pending arrives") { receiver.deliveries.count == 1 }
            }
            // The last version makes its consumers wait for the next.
            await #expect {
                try await database.execute(
                    """
                    INSERT INTO webhook_events (id, account_id, type, subject, sequence, time, payload)
                    VALUES (gen_random_uuid(), \(account), 't', 's', 1, now(), '{}') ON CONFLICT (id) DO NOTHING
                    """)
            } throws: { ($0 as? PostgresError)?.isTransient == true }
            await receiver.stop()
        }
    }
}
