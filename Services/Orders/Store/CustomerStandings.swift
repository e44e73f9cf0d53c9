import Messaging
import Postgres
import Schema

/// Says what customers have running, when the consent service asks.
struct CustomerStandings: Sendable {
    let outbox: Outbox

    /// Counts what the customer has at this moment and answers on the bus.
    func report(
        _ asked: CustomerStandingRequested, of account: AccountID, in transaction: PostgresTransaction
    ) async throws {
        let customer = asked.customerNumber
        let counts = try await transaction.query(
            """
            SELECT (SELECT count(*) FROM subscriptions
                    WHERE account_id = \(account) AND customer_number = \(customer) AND status = 'active')
                    AS active_subscriptions,
                (SELECT count(*) FROM fulfillments
                    WHERE account_id = \(account) AND customer_number = \(customer) AND status = 'pending')
                    AS pending_fulfillments
            """)
        let reported = CustomerStandingReported(
            checkID: asked.checkID, customerNumber: customer,
            activeSubscriptions: try counts[0]["active_subscriptions"],
            pendingFulfillments: try counts[0]["pending_fulfillments"])
        try outbox.append(
            reported, subject: asked.checkID.description, sequence: 1, account: account, in: transaction)
    }
}
