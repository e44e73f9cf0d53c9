import Messaging
import Postgres
import Schema

/// The SQL of subscriptions.
struct SubscriptionStore: Sendable {
    func nextNumber(in transaction: PostgresTransaction) async throws -> String {
        let rows = try await transaction.query("SELECT dated_number('SUB', nextval('subscription_numbers')) AS number")
        guard let row = rows.first else { throw PostgresError(code: .decoding, message: "no number") }
        return try row["number"]
    }

    func insert(_ subscription: Subscription, in transaction: PostgresTransaction) throws {
        let subscription = subscription
        transaction.send(
            """
            INSERT INTO subscriptions (account_id, id, sequence, number, order_id, line, order_number, customer_number,
                status, billing_cycle, renews_from, next_billing_at, declines, plan, created_at, updated_at)
            VALUES (\(subscription.account), \(subscription.id), \(subscription.sequence), \(subscription.number),
                \(subscription.orderID), \(subscription.line), \(subscription.orderNumber),
                \(subscription.customerNumber), \(subscription.status), \(subscription.cycle),
                \(subscription.renewsFrom), \(subscription.nextBillingAt), \(subscription.declines),
                \(try JSON.text(subscription.plan)), \(subscription.createdAt), \(subscription.updatedAt))
            """)
    }

    /// Writes what changes in a subscription's life.
    func update(_ subscription: Subscription, in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE subscriptions
            SET sequence = \(subscription.sequence), status = \(subscription.status),
                billing_cycle = \(subscription.cycle), next_billing_at = \(subscription.nextBillingAt),
                declines = \(subscription.declines), charge_id = \(subscription.charge),
                cancelled_at = \(subscription.cancelledAt), reason = \(subscription.reason),
                updated_at = \(subscription.updatedAt)
            WHERE account_id = \(subscription.account) AND id = \(subscription.id)
            """)
    }

    /// Subscriptions that are due, locked until the transaction ends; those that another replica holds are left to it.
    func lockDue(limit: Int, at time: Timestamp, in transaction: PostgresTransaction) async throws -> [Subscription] {
        try await transaction.query(
            """
            \(constant: Self.select)
            WHERE next_billing_at <= \(time) AND charge_id IS NULL AND status IN ('active', 'past_due')
            ORDER BY next_billing_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
            """
        ).map { try Subscription($0) }
    }

    /// Those of the charges that subscriptions wait for.
    func charges(
        among charges: [TransactionID], in transaction: PostgresTransaction
    ) async throws -> Set<TransactionID> {
        // A lookup each: a plan made while the table was small would read all of it for ever after.
        let rows = try await transaction.query(
            """
            SELECT found.charge_id FROM unnest((SELECT \(charges)::uuid[])) AS wanted (id)
            CROSS JOIN LATERAL (SELECT charge_id FROM subscriptions WHERE charge_id = wanted.id LIMIT 1) AS found
            """)
        return Set(try rows.map { try $0["charge_id", as: TransactionID.self] })
    }

    /// The subscription that a charge renews, locked; nil for a charge of anything else.
    func lock(
        chargedBy charge: TransactionID, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Subscription? {
        try await transaction.query(
            "\(constant: Self.select) WHERE charge_id = \(charge) AND account_id = \(account) FOR UPDATE"
        ).first.map { try Subscription($0) }
    }

    /// What a customer has and can cancel, locked, newest first.
    func lockCancelable(
        of customerNumber: String, account: AccountID, in transaction: PostgresTransaction
    ) async throws -> [Subscription] {
        try await transaction.query(
            """
            \(constant: Self.select)
            WHERE account_id = \(account) AND customer_number = \(customerNumber)
                AND status IN ('active', 'paused', 'past_due')
            ORDER BY id DESC FOR UPDATE
            """
        ).map { try Subscription($0) }
    }

    /// What an order has opened and can be cancelled, locked, by its lines.
    func lockCancelable(
        ofOrder order: OrderID, account: AccountID, in transaction: PostgresTransaction
    ) async throws -> [Subscription] {
        try await transaction.query(
            """
            \(constant: Self.select)
            WHERE account_id = \(account) AND order_id = \(order) AND status IN ('active', 'paused', 'past_due')
            ORDER BY line FOR UPDATE
            """
        ).map { try Subscription($0) }
    }

    /// Whose a subscription is: the customer's number.
    func owner(
        of number: String, account: AccountID, in transaction: PostgresTransaction
    ) async throws -> String? {
        try await transaction.query(
            "SELECT customer_number FROM subscriptions WHERE account_id = \(account) AND number = \(number)"
        ).first.map { try $0["customer_number"] }
    }

    private static let select: StaticString = """
        SELECT account_id, id, sequence, number, order_id, line, order_number, customer_number, status, billing_cycle,
            renews_from, next_billing_at, declines, charge_id, cancelled_at, reason, plan, created_at, updated_at
        FROM subscriptions
        """
}

extension SubscriptionStatus: PostgresCodable {}

extension Subscription {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row["id"], account: try row["account_id"], sequence: try row["sequence"],
            number: try row["number"], orderID: try row["order_id"], line: try row["line"],
            orderNumber: try row["order_number"], customerNumber: try row["customer_number"],
            status: try row["status"], cycle: try row["billing_cycle"], renewsFrom: try row["renews_from"],
            nextBillingAt: try row["next_billing_at"], declines: try row["declines"], charge: try row["charge_id"],
            cancelledAt: try row["cancelled_at"], reason: try row["reason"],
            plan: try JSON.decode(SubscriptionPlan.self, from: row["plan", as: String.self]),
            createdAt: try row["created_at"], updatedAt: try row["updated_at"])
    }
}
