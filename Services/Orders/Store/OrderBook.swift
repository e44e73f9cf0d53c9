import Messaging
import Postgres
import Schema

/// The only way to change an order: each verb writes the order and appends the event that tells of it.
struct OrderBook: Sendable {
    let store: OrderStore
    let outbox: Outbox
    let keyring: DataKeyring

    func place(_ order: Order, in transaction: PostgresTransaction) throws {
        transaction.shareCommit()
        try store.insert(order, in: transaction)
        try append(OrderPlaced(order: order.snapshot(sealedWith: keyring)), of: order, in: transaction)
    }

    /// Answers the cancelled order, or nil if there is none.
    ///
    /// - Parameter actor: The mail address of who calls it off, if that is known.
    func cancel(
        _ id: OrderID, of account: AccountID, by actor: String? = nil, in transaction: PostgresTransaction
    ) async throws -> Order? {
        guard var order = try await store.lock(id, of: account, in: transaction) else { return nil }
        if order.cancel(at: .now()) {
            store.update(order, in: transaction)
            let snapshot =
                try await cancelCheckout(of: order, in: transaction) ?? order.snapshot(sealedWith: keyring)
            let sealed = try actor.map { try keyring.seal($0) }
            try append(OrderCancelled(order: snapshot, actor: sealed), of: order, in: transaction)
        }
        return order
    }

    /// Notes that catalog has set stock aside for every line.
    func match(
        _ id: OrderID, of account: AccountID, allocations: [StockAllocation], in transaction: PostgresTransaction
    ) async throws {
        try await settle(id, of: account, in: transaction) {
            $0.match(at: .now())
        } event: {
            OrderMatched(order: $0, allocations: allocations)
        }
    }

    /// Notes that catalog has found no stock for the order.
    func leaveUnmatched(
        _ id: OrderID, of account: AccountID, reason: StockShortage, in transaction: PostgresTransaction
    ) async throws {
        try await settle(id, of: account, in: transaction) {
            $0.leaveUnmatched(at: .now())
        } event: {
            OrderUnmatched(order: $0, reason: reason)
        }
    }

    /// Applies catalog's answer to an order; one that does not wait for it (any more) stays as it is.
    private func settle(
        _ id: OrderID, of account: AccountID, in transaction: PostgresTransaction,
        change: (inout Order) -> Bool, event: (OrderSnapshot) -> some Event
    ) async throws {
        guard var order = try await store.lock(id, of: account, in: transaction), change(&order) else { return }
        store.update(order, in: transaction)
        try append(event(order.snapshot(sealedWith: keyring)), of: order, in: transaction)
    }

    private func append(_ event: some Event, of order: Order, in transaction: PostgresTransaction) throws {
        try outbox.append(
            event, subject: order.id.description, sequence: order.sequence, account: order.account, in: transaction)
    }
}
