import Messaging
import Postgres
import Schema

/// What payments says, taken in.
extension CheckoutBook {
    /// Takes in what payments says of a charge or refund. What is older than what is known changes nothing, and neither
    /// does what orders has not asked for.
    ///
    /// - Parameter waiter: Told once it is committed, for the request that asked.
    func settle(
        _ snapshot: TransactionSnapshot, sequence: Int64, of account: AccountID,
        waking waiter: ReplyWaiter<TransactionID, ChargeReply>, in transaction: Transaction
    ) async throws {
        guard var order = try await store.lock(snapshot.orderID, of: account, in: transaction),
            let index = order.charges.firstIndex(where: { $0.id == snapshot.id }),
            order.charges[index].sequence < sequence
        else { return }
        let before = order.charges[index]
        order.charges[index].snapshot = snapshot
        order.charges[index].sequence = sequence
        let change =
            if before.purpose == .refund {
                try settleRefund(snapshot, of: &order, in: transaction)
            } else {
                order.checkout.settle(before, snapshot, closingAfter: closingPause, at: .now())
            }
        if change == .placed || change == .upsellAdded {
            order.charges[index].subscriptionNumber = try await deliver(snapshot, of: &order, in: transaction)
        }
        try orders.note(change, of: &order, because: snapshot, in: transaction)
        store.update(order.checkout, in: transaction)
        try charges.update(order.charges[index], in: transaction)
        transaction.afterCommit { waiter.wake([snapshot.id]) }
    }

    /// What a completed charge has paid for: its lines are the customer's, and subscriptions begin.
    ///
    /// - Returns: The number of the first subscription.
    private func deliver(
        _ snapshot: TransactionSnapshot, of order: inout CheckoutOrder, in transaction: Transaction
    ) async throws -> String? {
        let places = order.items.indices.filter { order.items[$0].transactionID == snapshot.id }
        let shares = Shares.of(snapshot.tax, by: places.map { order.items[$0].subtotal - order.items[$0].discount })
        for (place, share) in zip(places, shares) {
            order.items[place].isAdded = true
            order.items[place].tax = share
        }
        let lines = places.map { order.items[$0] }
        store.settle(lines, of: order.checkout, in: transaction)
        let plans = lines.filter(\.isSubscription)
        guard !plans.isEmpty else { return nil }
        return try await subscriptions.open(plans, of: order.checkout, paidBy: snapshot, in: transaction).first
    }

    private func settleRefund(
        _ refund: TransactionSnapshot, of order: inout CheckoutOrder, in transaction: Transaction
    ) throws -> CheckoutChange {
        guard let index = order.charges.firstIndex(where: { $0.id == refund.parentID }),
            var charge = order.charges[index].snapshot
        else { return .noted }
        let isDone = refund.status == .refunded || refund.status == .externallyRefunded
        if isDone || refund.status.isRefusal {
            order.settle(refund, of: charge, as: isDone ? .completed : .failed)
            try orders.store.write(
                order.aftersales, of: order.checkout.orderID, account: order.checkout.account, in: transaction)
        }
        guard isDone else { return .noted }
        charge.refundedAmount = max(charge.refundedAmount, refund.refundedAmount)
        charge.status = charge.refundedAmount < charge.amount ? .partiallyRefunded : refund.status
        order.charges[index].refunded = charge.refundedAmount
        order.charges[index].snapshot = charge
        try charges.update(order.charges[index], in: transaction)
        return order.checkout.noteRefund(paid: order.paid, returned: order.returned, at: .now())
    }
}
