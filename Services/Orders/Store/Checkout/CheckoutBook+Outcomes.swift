import Messaging
import Postgres
import Schema

/// What payments says of a charge or refund.
struct TransactionNews: Sendable {
    let snapshot: TransactionSnapshot
    let account: AccountID
    /// Of the event.
    let sequence: Int64
    let trace: TraceContext?

    var order: OrderKey { OrderKey(account: account, id: snapshot.orderID) }
}

/// What payments says, taken in.
extension CheckoutBook {
    /// Takes in what payments says of charges and refunds. What is older than what is known changes nothing, and neither
    /// does what orders has not asked for.
    ///
    /// - Parameter waiter: Told once it is committed, for the requests that asked.
    func settle(
        _ news: [TransactionNews], waking waiter: ReplyWaiter<TransactionID, ChargeReply>, in transaction: Transaction
    ) async throws {
        var orders = try await store.lock(Set(news.map(\.order)), in: transaction)
        for item in news {
            // One that comes twice is read again, as the first news has left it.
            let known = orders.removeValue(forKey: item.order)
            let order =
                if let known { known } else {
                    try await store.lock(item.order.id, of: item.order.account, in: transaction)
                }
            guard let order else { continue }
            try await TraceContext.$current.withValue(item.trace) {
                try await settle(item, of: order, waking: waiter, in: transaction)
            }
        }
    }

    private func settle(
        _ news: TransactionNews, of order: CheckoutOrder, waking waiter: ReplyWaiter<TransactionID, ChargeReply>,
        in transaction: Transaction
    ) async throws {
        let snapshot = news.snapshot
        var order = order
        guard let index = order.charges.firstIndex(where: { $0.id == snapshot.id }),
            order.charges[index].sequence < news.sequence
        else { return }
        let before = order.charges[index]
        order.charges[index].snapshot = snapshot
        order.charges[index].sequence = news.sequence
        let change = try self.change(of: &order, by: snapshot, of: before, in: transaction)
        switch change {
        case .placed, .upsellAdded:
            order.charges[index].subscriptionNumber = try await deliver(snapshot, of: &order, in: transaction)
            // An approval in a wallet that may come, or has, is no longer wanted.
            if change == .placed { try orders.callOffOpenCharges(of: &order, in: transaction) }
        case .overpaid:
            order.charges[index].purpose = .surplus
            try giveBack(order.charges[index], of: &order, in: transaction)
        case .noted, .completed, .refunded, .chargedBack, .voided: break
        }
        // Of a renewal's charge too: who has taken one back wants no more.
        if change == .voided || snapshot.status == .chargeback {
            try await stop(order.checkout, because: snapshot.status.rawValue, in: transaction)
        }
        try orders.note(change, of: &order, because: snapshot, in: transaction)
        store.update(order.checkout, in: transaction)
        try charges.update(order.charges[index], in: transaction)
        guard snapshot.isAnswer else { return }
        let reply = ChargeReply(charge: order.charges[index], status: order.checkout.status)
        transaction.afterCommit { waiter.resolve([snapshot.id: reply]) }
    }

    /// - Parameter before: The charge as it was known.
    private func change(
        of order: inout CheckoutOrder, by snapshot: TransactionSnapshot, of before: CheckoutCharge,
        in transaction: Transaction
    ) throws -> CheckoutChange {
        let hasCome = snapshot.status == .completed && !before.hasPaid
        if before.purpose == .refund { return try settleRefund(snapshot, of: &order, in: transaction) }
        if before.countsForOrder, before.hasPaid, snapshot.status == .voided {
            return order.checkout.noteVoid(paid: order.paid, at: .now())
        }
        // The cart has changed since the buyer was sent away to approve.
        if before.purpose == .order, hasCome, !order.isPaid(by: before) { return .overpaid }
        return order.checkout.settle(before, snapshot, closingAfter: closingPause, at: .now())
    }

    /// Gives back what came for an order that owes nothing. What was paid outside can only be given back there.
    private func giveBack(
        _ surplus: CheckoutCharge, of order: inout CheckoutOrder, in transaction: Transaction
    ) throws {
        guard surplus.snapshot?.method != .external else { return }
        try requestRefund(
            of: surplus, in: &order, amount: nil, isExternal: false, reason: "paid twice", in: transaction)
    }

    /// What a completed charge has paid for: its lines are the customer's, and subscriptions begin. What is added to an
    /// order that has been closed meanwhile is sent by itself.
    ///
    /// - Returns: The number of the first subscription.
    private func deliver(
        _ snapshot: TransactionSnapshot, of order: inout CheckoutOrder, in transaction: Transaction
    ) async throws -> String? {
        if !snapshot.isUpsell { order.assignFirstLines(to: snapshot.id) }
        let places = order.items.indices.filter { order.items[$0].transactionID == snapshot.id }
        let shares = Shares.of(
            snapshot.tax - (snapshot.shippingTax ?? 0),
            by: places.map { order.items[$0].subtotal - order.items[$0].discount })
        for (place, share) in zip(places, shares) {
            order.items[place].isAdded = true
            order.items[place].tax = share
        }
        let lines = places.map { order.items[$0] }
        store.settle(lines, of: order.checkout, in: transaction)
        if order.checkout.completedAt != nil {
            try await fulfillments.plan(order.checkout, items: lines, in: transaction)
        }
        let plans = lines.filter(\.isSubscription)
        guard !plans.isEmpty else { return nil }
        return try await subscriptions.open(plans, of: order.checkout, paidBy: snapshot, in: transaction).first
    }

    /// Nobody is charged for the order again, and what has not left is not sent.
    func stop(_ checkout: Checkout, because reason: String, in transaction: Transaction) async throws {
        let (order, account) = (checkout.orderID, checkout.account)
        try await subscriptions.cancelAll(ofOrder: order, account: account, reason: reason, in: transaction)
        try await fulfillments.cancel(order: order, of: account, reason: reason, in: transaction)
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
