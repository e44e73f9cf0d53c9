import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Orders

/// What orders answers when consent asks what a customer has running.
@Suite struct CustomerStandingsTests {
    private let account = AccountID()
    private let number = "CUST-240528-00007"

    @Test func onlyWhatTheCustomerHasRunningIsCounted() async throws {
        try await TestDatabase.with(migrations: OrdersService.allMigrations) { database, _ in
            let others: [(AccountID, String)] = [(AccountID(), number), (account, "CUST-240528-00008")]
            for (account, customer) in others + [(account, number), (account, number)] {
                for status in ["active", "cancelled"] {
                    try await subscribe(customer, of: account, status, in: database)
                }
                try await fulfill(customer, of: account, "pending", in: database)
                try await fulfill(customer, of: account, "shipped", in: database)
            }
            let asked = CustomerStandingRequested(checkID: StandingCheckID(), customerNumber: number)
            let standings = CustomerStandings(outbox: Outbox(service: .orders, signal: WakeSignal()))
            try await database.withTransaction { try await standings.report(asked, of: account, in: $0) }

            let told = try await database.query("SELECT subject, payload FROM outbox")
            #expect(try told.map { try $0["subject"] } == [asked.checkID.description])
            let reported = try JSON.decode(
                CustomerStandingReported.self, from: told[0]["payload", as: String.self])
            #expect(reported.activeSubscriptions == 2)
            #expect(reported.pendingFulfillments == 2)
        }
    }

    private func subscribe(
        _ customer: String, of account: AccountID, _ status: String, in database: PostgresDatabase
    ) async throws {
        let id = SubscriptionID()
        try await database.execute(
            """
            INSERT INTO subscriptions (account_id, id, sequence, number, order_id, line, order_number, customer_number,
                status, billing_cycle, renews_from, declines, plan, created_at, updated_at)
            VALUES (\(account), \(id), 1, \(id.description), \(OrderID()), 0, 'ORD-1', \(customer), \(status), 1, now(),
                0, '{}', now(), now())
            """)
    }

    private func fulfill(
        _ customer: String, of account: AccountID, _ status: String, in database: PostgresDatabase
    ) async throws {
        let id = FulfillmentID()
        try await database.execute(
            """
            INSERT INTO fulfillments (account_id, id, sequence, serial, number, shipping_group, order_id, order_number,
                customer_number, customer_email, customer_name, status, plan, scheduled_at, created_at, updated_at)
            VALUES (\(account), \(id), 1, 1, \(id.description), gen_random_uuid(), \(OrderID()), 'ORD-1', \(customer),
                'ada@example.com', 'Ada', \(status), '{}', now(), now(), now())
            """)
    }
}
