import Messaging
import Postgres
import Schema

extension ReceivableStatus: PostgresCodable {}

/// The SQL of receivables.
struct ReceivableStore: Sendable {
    /// Adds the receivable of an order; an order has one, and the inbox lets each placing through once.
    func insert(_ receivable: Receivable, in transaction: PostgresTransaction) {
        transaction.send(
            """
            INSERT INTO receivables (account_id, order_id, id, sequence, status, amount, currency, created_at, updated_at)
            VALUES (\(receivable.account), \(receivable.order), \(receivable.id), \(receivable.sequence),
                \(receivable.status), \(receivable.amount.minorUnits), \(receivable.amount.currency),
                \(receivable.createdAt), \(receivable.updatedAt))
            """)
    }

    func update(_ receivable: Receivable, in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE receivables
            SET sequence = \(receivable.sequence), status = \(receivable.status), updated_at = \(receivable.updatedAt)
            WHERE account_id = \(receivable.account) AND order_id = \(receivable.order)
            """)
    }

    /// The receivable of an order, locked until the transaction ends.
    func lock(
        of order: OrderID, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Receivable? {
        try await transaction.query(
            """
            SELECT id, sequence, status, amount, currency, created_at, updated_at FROM receivables
            WHERE account_id = \(account) AND order_id = \(order) FOR UPDATE
            """
        ).first.map { row in
            Receivable(
                id: try row["id"], account: account, order: order, sequence: try row["sequence"],
                status: try row["status"],
                amount: Money(minorUnits: try row["amount"], currency: try row["currency"]),
                createdAt: try row["created_at"], updatedAt: try row["updated_at"])
        }
    }
}
