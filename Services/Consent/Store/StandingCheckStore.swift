import Messaging
import Postgres
import Schema

/// The SQL of questions about what customers have running.
struct StandingCheckStore: Sendable {
    let database: PostgresDatabase

    /// Adds a question. Earlier ones about the customer go, once nobody can be waiting for them.
    func insert(_ id: StandingCheckID, about key: CustomerKey, at time: Timestamp, in transaction: PostgresTransaction)
    {
        transaction.send(
            """
            DELETE FROM standing_checks
            WHERE account_id = \(key.account) AND customer_number = \(key.number)
                AND created_at < \(time - .seconds(60))
            """)
        transaction.send(
            """
            INSERT INTO standing_checks (account_id, id, customer_number, created_at)
            VALUES (\(key.account), \(id), \(key.number), \(time))
            """)
    }

    func answer(_ reported: CustomerStandingReported, of account: AccountID, in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE standing_checks
            SET active_subscriptions = \(reported.activeSubscriptions),
                pending_fulfillments = \(reported.pendingFulfillments)
            WHERE account_id = \(account) AND id = \(reported.checkID)
            """)
    }

    /// The answers that are there.
    func answers(_ ids: [StandingCheckID]) async throws -> [StandingCheckID: CustomerStanding] {
        let rows = try await database.query(
            """
            SELECT id, active_subscriptions, pending_fulfillments FROM standing_checks
            WHERE id = ANY (\(ids)::uuid[]) AND active_subscriptions IS NOT NULL
            """)
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let standing = CustomerStanding(
                    activeSubscriptions: try row["active_subscriptions"],
                    pendingFulfillments: try row["pending_fulfillments"])
                return (try row["id"], standing)
            })
    }
}
