import Messaging
import Postgres
import Schema

/// The only way to change receivables: each verb writes the row and appends the event that tells of it.
struct Receivables: Sendable {
    let store = ReceivableStore()
    let outbox: Outbox

    /// Records what a placed order is worth.
    func record(_ order: OrderSnapshot, of account: AccountID, in transaction: PostgresTransaction) throws {
        let amount = order.totalAmount
        let receivable = Receivable(for: order.id, of: account, amount: amount, at: .now())
        store.insert(receivable, in: transaction)
        let event = ReceivableRecorded(
            receivableID: receivable.id, orderID: order.id, amount: amount.minorUnits, currency: amount.currency)
        try append(event, of: receivable, in: transaction)
    }

    /// Voids what a cancelled order was worth.
    func void(_ order: OrderID, of account: AccountID, in transaction: PostgresTransaction) async throws {
        guard var receivable = try await store.lock(of: order, of: account, in: transaction),
            receivable.void(at: .now())
        else { return }
        store.update(receivable, in: transaction)
        let event = ReceivableVoided(
            receivableID: receivable.id, orderID: order, amount: receivable.amount.minorUnits,
            currency: receivable.amount.currency)
        try append(event, of: receivable, in: transaction)
    }

    private func append(_ event: some Event, of receivable: Receivable, in transaction: PostgresTransaction) throws {
        try outbox.append(
            event, subject: receivable.id.description, sequence: receivable.sequence, account: receivable.account,
            in: transaction)
    }
}
