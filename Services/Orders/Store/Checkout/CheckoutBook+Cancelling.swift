import Messaging
import Postgres
import Schema

/// How orders are called off, whichever API says so. There is one order book: what came in goes back, nothing more is
/// sent, and nobody is charged again.
extension CheckoutBook {
    /// Calls off a placed order of any channel. One that is off already stays as it is.
    ///
    /// - Returns: The order as it then is; nil if there is none.
    /// - Throws: ``BrandRefusal/shipped`` for an order of the checkout that has left.
    func cancel(_ id: OrderID, of account: AccountID, in transaction: Transaction) async throws -> Order? {
        guard let known = try await orders.store.lock(id, of: account, in: transaction), known.status != .cancelled,
            let checkout = try await store.lock(id, of: account, in: transaction)
        else { return try await orders.cancel(id, of: account, in: transaction) }
        guard !known.aftersales.isShipped else { throw BrandRefusal.shipped }
        try await cancel(checkout, because: "other", by: nil, in: transaction)
        return try await orders.store.lock(id, of: account, in: transaction)
    }

    /// Calls off a placed order of the checkout.
    ///
    /// - Parameter actor: The mail address of who calls it off, if that is known.
    /// - Returns: The refunds that were asked for, one a charge.
    @discardableResult
    func cancel(
        _ order: CheckoutOrder, because reason: String, by actor: String?, in transaction: Transaction
    ) async throws -> [TransactionID] {
        var order = order
        let (id, account) = (order.checkout.orderID, order.checkout.account)
        let refunds = try requestRefunds(
            order.everythingLeft, of: &order, because: reason, by: actor, in: transaction)
        try orders.store.write(order.aftersales, of: id, account: account, in: transaction)
        store.update(order.checkout, in: transaction)
        _ = try await orders.cancel(id, of: account, by: actor, in: transaction)
        try await stop(order.checkout, because: reason, in: transaction)
        return refunds
    }

    /// Asks payments for refunds and notes them on the order, which the caller writes.
    ///
    /// - Returns: The refunds that were asked for, one a charge.
    func requestRefunds(
        _ shares: [RefundShare], of order: inout CheckoutOrder, because reason: String, by actor: String?,
        in transaction: Transaction
    ) throws -> [TransactionID] {
        let sealed = try actor.map { try orders.keyring.seal($0) }
        return try shares.compactMap { share in
            guard let charge = order.charges.first(where: { $0.id == share.charge }) else { return nil }
            let id = try requestRefund(
                of: charge, in: &order, amount: share.amount, isExternal: false, reason: reason, in: transaction)
            order.aftersales.refunds.append(
                OrderRefund(
                    id: order.nextRefundID, refundID: id, transactionNumber: share.number, amount: share.amount,
                    shipping: share.shipping, items: share.items, status: .new, reason: reason, actor: sealed,
                    createdAt: .now()))
            return id
        }
    }
}
