import Messaging
import Postgres
import Schema

/// A plan whose time has come, or that is taken before.
struct DueFulfillment: Sendable {
    let account: AccountID
    let plan: FulfillmentPlan
    let dueAt: Timestamp
    /// Whether it is of a subscription's next cycle, so that the fate of the order does not touch it.
    var isRenewal = false
}

/// The SQL of fulfillments that wait for their campaign's delay.
struct FulfillmentPlanStore: Sendable {
    /// How long a campaign waits after an order's completion.
    func delay(
        of campaign: String, account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Duration {
        let row = try await transaction.query(
            "SELECT snapshot FROM campaigns WHERE account_id = \(account) AND internal_id = \(campaign)"
        ).first
        guard let row else { return .zero }
        let snapshot = try JSON.decode(CampaignSnapshot.self, from: row["snapshot", as: String.self])
        return .seconds(Int64(max(0, snapshot.fulfillmentDelayHours)) * 3600)
    }

    func insert(_ due: DueFulfillment, in transaction: PostgresTransaction) throws {
        transaction.send(
            """
            INSERT INTO fulfillment_plans (account_id, order_id, customer_number, due_at, plan, is_renewal)
            VALUES (\(due.account), \(due.plan.orderID), \(due.plan.customerNumber), \(due.dueAt),
                \(try JSON.text(due.plan)), \(due.isRenewal))
            """)
    }

    /// Takes plans that are due; those that another replica is taking are left to it.
    ///
    /// - Returns: Nil for each plan whose order has come to nothing meanwhile.
    func takeDue(
        limit: Int, at time: Timestamp, in transaction: PostgresTransaction
    ) async throws -> [DueFulfillment?] {
        try await transaction.query(
            """
            DELETE FROM fulfillment_plans p USING (
                SELECT id FROM fulfillment_plans WHERE due_at <= \(time)
                ORDER BY due_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
            ) due
            WHERE p.id = due.id
            RETURNING p.account_id, p.due_at, p.plan, p.is_renewal, NOT p.is_renewal AND (
                SELECT k.status IN ('cancelled', 'refunded', 'voided', 'chargeback') FROM checkouts k
                WHERE k.account_id = p.account_id AND k.order_id = p.order_id) AS is_off
            """
        ).map { row in
            try row["is_off", as: Bool?.self] == true ? nil : try DueFulfillment(row)
        }
    }

    /// Takes what waits for an order, whenever it is due; not what its renewals send.
    func take(
        ofOrder order: OrderID, account: AccountID, in transaction: PostgresTransaction
    ) async throws -> [DueFulfillment] {
        try await transaction.query(
            """
            DELETE FROM fulfillment_plans WHERE account_id = \(account) AND order_id = \(order) AND NOT is_renewal
            RETURNING account_id, due_at, plan, is_renewal
            """
        ).map { try DueFulfillment($0) }
    }

    /// Takes what waits for a customer, whenever it is due.
    func take(
        of customerNumber: String, account: AccountID, in transaction: PostgresTransaction
    ) async throws -> [DueFulfillment] {
        try await transaction.query(
            """
            DELETE FROM fulfillment_plans WHERE account_id = \(account) AND customer_number = \(customerNumber)
            RETURNING account_id, due_at, plan, is_renewal
            """
        ).map { try DueFulfillment($0) }
    }
}

extension DueFulfillment {
    fileprivate init(_ row: PostgresRow) throws {
        account = try row["account_id"]
        dueAt = try row["due_at"]
        isRenewal = try row["is_renewal"]
        plan = try JSON.decode(FulfillmentPlan.self, from: row["plan", as: String.self])
    }
}
