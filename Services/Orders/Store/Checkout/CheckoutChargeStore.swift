import Messaging
import Postgres
import Schema

/// What a request that waits for payments is answered with.
struct ChargeReply: Sendable {
    let charge: CheckoutCharge
    /// The order's status after it.
    let status: CheckoutStatus
}

/// The SQL of what was asked of payments, and of the answers.
struct CheckoutChargeStore: Sendable {
    let database: PostgresDatabase

    /// Adds what is being asked for.
    func insert(_ charge: CheckoutCharge, at time: Timestamp, in transaction: PostgresTransaction) {
        transaction.send(
            """
            INSERT INTO checkout_transactions (transaction_id, account_id, order_id, purpose, parent_id, status, subtotal,
                shipping, discount, is_awaited, created_at, updated_at)
            VALUES (\(charge.id), \(charge.account), \(charge.orderID), \(charge.purpose), \(charge.parentID),
                'requested', \(charge.totals.subtotal), \(charge.totals.shipping), \(charge.totals.discount), true,
                \(time), \(time))
            """)
    }

    /// Notes that something is asked about a charge that is known already.
    func await(_ id: TransactionID, in transaction: PostgresTransaction) {
        transaction.send("UPDATE checkout_transactions SET is_awaited = true WHERE transaction_id = \(id)")
    }

    /// Writes what payments says.
    func update(_ charge: CheckoutCharge, in transaction: PostgresTransaction) throws {
        guard let snapshot = charge.snapshot else { return }
        transaction.send(
            """
            UPDATE checkout_transactions SET purpose = \(charge.purpose), number = \(snapshot.number),
                status = \(snapshot.status.rawValue), refunded = \(charge.refunded),
                subscription_number = \(charge.subscriptionNumber),
                is_awaited = is_awaited AND \(!snapshot.isAnswer)::boolean, sequence = \(charge.sequence),
                snapshot = \(try JSON.text(snapshot)), updated_at = \(snapshot.updatedAt)
            WHERE transaction_id = \(charge.id)
            """)
    }

    /// Whose order a transaction's number belongs to.
    func order(
        ofTransaction number: String, account: AccountID
    ) async throws -> (order: OrderID, transaction: TransactionID)? {
        try await database.query(
            """
            SELECT order_id, transaction_id FROM checkout_transactions
            WHERE number = \(number) AND account_id = \(account)
            """
        ).first.map { (try $0["order_id"], try $0["transaction_id"]) }
    }

    /// The answers that are there; what is still awaited is left out.
    func answers(to ids: [TransactionID]) async throws -> [TransactionID: ChargeReply] {
        let rows = try await database.query(
            """
            \(constant: Self.select) WHERE t.transaction_id = ANY (\(ids)::uuid[]) AND NOT t.is_awaited
            """)
        let replies = try rows.map { try ChargeReply($0) }
        return Dictionary(replies.map { ($0.charge.id, $0) }) { first, _ in first }
    }

    /// What is known of a charge by now, answered or not.
    func reply(to id: TransactionID) async throws -> ChargeReply? {
        try await database.query("\(constant: Self.select) WHERE t.transaction_id = \(id)").first
            .map { try ChargeReply($0) }
    }

    private static let select: StaticString = """
        SELECT t.transaction_id, t.account_id, t.order_id, t.purpose, t.parent_id, t.subtotal, t.shipping, t.discount,
            t.refunded, t.subscription_number, t.sequence, t.snapshot, k.status
        FROM checkout_transactions t
        JOIN checkouts k ON k.account_id = t.account_id AND k.order_id = t.order_id
        """
}

extension CheckoutCharge.Purpose: PostgresCodable {}

extension ChargeReply {
    fileprivate init(_ row: PostgresRow) throws {
        charge = CheckoutCharge(
            id: try row["transaction_id"], account: try row["account_id"], orderID: try row["order_id"],
            purpose: try row["purpose"], parentID: try row["parent_id"],
            totals: CheckoutTotals(
                subtotal: try row["subtotal"], shipping: try row["shipping"], discount: try row["discount"]),
            refunded: try row["refunded"], subscriptionNumber: try row["subscription_number"],
            sequence: try row["sequence"],
            snapshot: try row["snapshot", as: String?.self].map { try JSON.decode(TransactionSnapshot.self, from: $0) })
        status = try row["status"]
    }
}
