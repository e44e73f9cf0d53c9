import Edge
import HTTPTypes
import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import ServiceKit

@Suite struct ServiceCompositionTests {
    @Test func itServesWithoutKafka() async throws {
        try await TestDatabase.with(migrations: ProbeService.allMigrations) { _, test in
            let platform = try Platform.test(test.configuration, brokers: "127.0.0.1:1")
            let composition = try ServiceRunner.build(ProbeService.self, platform: platform)
            try await composition.run {
                let port = await composition.edge.boundPort
                try await eventually("the service is ready") {
                    try await LocalHTTP.request("GET", "/readyz", port: port).status == 200
                }
                #expect(try await LocalHTTP.request("GET", "/livez", port: port).status == 200)
                let metrics = try await LocalHTTP.request("GET", "/metrics", port: port).body
                #expect(metrics.contains("# TYPE process_resident_memory_bytes gauge\n"))
                #expect(metrics.contains("caravan_database_connections{state=\"idle\"} "))
                #expect(metrics.contains("caravan_producer_outstanding 0\n"))
            }
            // All has stopped: the pool is closed.
            #expect(platform.database.statistics.open == 0)
        }
    }

    @Test func itLivesWithoutADatabase() async throws {
        let platform = try Platform.test(
            PostgresConfiguration(url: "postgresql://127.0.0.1:1/none"), brokers: "127.0.0.1:1")
        let composition = try ServiceRunner.build(ProbeService.self, platform: platform)
        try await composition.run {
            let port = await composition.edge.boundPort
            let live = try await LocalHTTP.request("GET", "/livez", port: port)
            #expect(live.status == 200)
            let ready = try await LocalHTTP.request("GET", "/readyz", port: port)
            #expect(ready.status == 503)
        }
    }

    @Test func theDatabaseStopsLastAndTheEdgeFirst() async throws {
        let platform = try Platform.test(
            PostgresConfiguration(url: "postgresql://127.0.0.1:1/none"), brokers: "127.0.0.1:1")
        let services = try ServiceRunner.build(ProbeService.self, platform: platform).services
        #expect(services.first is DatabaseService)
        #expect(services.dropFirst().first is ProducerService)
        #expect(services.dropLast().last is EdgeApplication)
        #expect(services.last is ShutdownWatch)
    }

    @Test func aRevokedKeyIsRefusedEverywhere() async throws {
        let broker = try await TestBroker.start()
        try await TestDatabase.with(migrations: ProbeService.allMigrations) { database, test in
            let key = ID<APIKey>()
            // Two replicas: one of them reads the event, the other finds the row.
            let platforms = try [1, 2].map { _ in try Platform.test(test.configuration, brokers: broker.bootstrap) }
            let compositions = try platforms.map { try ServiceRunner.build(ProbeService.self, platform: $0) }
            try await compositions[0].run {
                try await compositions[1].run {
                    try await database.withTransaction { transaction in
                        try platforms[0].outbox.append(
                            APIKeyRevoked(keyID: key), subject: key.description, sequence: 1, account: ID(),
                            in: transaction)
                    }
                    try await eventually(timeout: .seconds(30), "both replicas refuse the key") {
                        platforms.allSatisfy { $0.revocations.contains(key.description) }
                    }
                }
            }
        }
        await broker.stop()
    }

    @Test func theListOfRevokedKeysGrows() async throws {
        try await TestDatabase.with(migrations: ProbeService.allMigrations) { database, test in
            let platform = try Platform.test(test.configuration, brokers: "127.0.0.1:1")
            let poll = RevocationPoll(
                database: database, revocations: platform.revocations, logger: platform.logger)
            try await database.execute("INSERT INTO revoked_keys (key_id) VALUES ('key_a')")
            var since = try await poll.load(since: Timestamp(microseconds: 0))
            #expect(platform.revocations.contains("key_a"))
            // A transaction that began earlier and became visible later.
            try await database.execute(
                "INSERT INTO revoked_keys (key_id, revoked_at) VALUES ('key_b', now() - interval '30 seconds')")
            let before = since
            since = try await poll.load(since: since)
            #expect(platform.revocations.contains("key_b"))
            #expect(since >= before)
        }
    }
}
