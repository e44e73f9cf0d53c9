import Schema
import ServiceKit
import TestKit
import Testing

@testable import Payments

/// The books of the built-in gateway, which forgets no more than others do.
@Suite struct SandboxStoreTests {
    @Test func whatIsAnsweredSurvivesACrash() async throws {
        // What is not written at once stays in memory for so long, and is lost with it.
        let cluster = try await TestCluster.start(settings: ["wal_writer_delay": "10s"])
        try await TestDatabase.with(on: cluster, migrations: PaymentsService.allMigrations) { database, _ in
            let sandbox = SandboxGateway(store: SandboxStore(database: database), publicURL: "http://shop.test")
            let charge = GatewayCharge(
                key: TransactionID(), account: AccountID(), amount: Money(minorUnits: 5_500, currency: .usd),
                instrument: .card(Samples.card()), orderNumber: "ORD-250615-00001",
                customerNumber: "CUST-250615-00001", email: "buyer@example.com")
            let answer = try await sandbox.charge(charge)
            #expect(answer.verdict == .completed)
            try await cluster.server.restart(.immediate)
            let known = try await sandbox.lookup(charge.key, externalID: nil, of: charge.account)
            #expect(known == answer)
        }
        await cluster.server.stop()
    }
}
