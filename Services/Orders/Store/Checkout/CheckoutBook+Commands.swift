import Edge
import Messaging
import Postgres
import Schema

/// What is done with orders that were paid.
extension CheckoutBook {
    /// Closes an order; once more is the same.
    func complete(_ number: String, of account: AccountID, in transaction: Transaction) async throws -> Checkout {
        guard var order = try await store.lock(number: number, of: account, in: transaction) else {
            throw RequestError.notFound("order")
        }
        guard order.checkout.completedAt == nil else { return order.checkout }
        guard try await complete(&order, in: transaction) else { throw RequestError.notPaid }
        return order.checkout
    }

    /// Closes orders whose time has come, those of all accounts.
    ///
    /// - Returns: How many there were.
    func closeDue(limit: Int) async throws -> Int {
        try await store.database.withTransaction { transaction in
            let due = try await store.lockDue(at: .now(), limit: limit, in: transaction)
            for (account, id) in due {
                guard var order = try await store.lock(id, of: account, in: transaction) else { continue }
                _ = try await complete(&order, in: transaction)
            }
            return due.count
        }
    }

    private func complete(_ order: inout CheckoutOrder, in transaction: Transaction) async throws -> Bool {
        guard let change = order.checkout.complete(at: .now()) else { return false }
        try orders.note(change, of: &order, because: nil, in: transaction)
        store.update(order.checkout, in: transaction)
        try await fulfillments.plan(order.checkout, items: order.cartItems, in: transaction)
        if let shipment = order.aftersales.shipments.last(where: { $0.status == .shipped }) {
            try await fulfillments.ship(
                order.checkout.orderID, shipment, of: order.checkout.account, in: transaction)
        }
        return true
    }

    /// Asks payments to take what the buyer has approved in the wallet.
    ///
    /// - Returns: The charge, and whether it was taken before.
    func capture(
        _ number: String, of account: AccountID, in transaction: Transaction
    ) async throws -> (ticket: ChargeTicket, isDone: Bool) {
        guard var order = try await store.lock(number: number, of: account, in: transaction) else {
            throw RequestError.notFound("order")
        }
        if let paid = order.payment {
            guard paid.snapshot?.method == .paypalWallet || paid.snapshot?.redirectURL != nil else {
                throw RequestError.nothingToCapture
            }
            return (ChargeTicket(order.checkout, paid.id, isReused: true), true)
        }
        guard let charge = order.charges.last(where: \.isCapturable) else { throw RequestError.nothingToCapture }
        try orders.outbox.append(
            CaptureRequested(transactionID: charge.id, orderID: order.checkout.orderID),
            subject: order.checkout.orderID.description, sequence: order.checkout.nextCommand(), account: account,
            in: transaction)
        charges.await(charge.id, in: transaction)
        store.update(order.checkout, in: transaction)
        return (ChargeTicket(order.checkout, charge.id, isReused: true), false)
    }

    /// Asks payments to give money of a charge back.
    ///
    /// - Parameter amount: Reads the amount in the charge's currency; nil for all that is left.
    /// - Returns: The refund.
    func refund(
        _ charge: TransactionID, of order: OrderID, account: AccountID, isExternal: Bool, reason: String?,
        amount: @Sendable (Currency) throws -> Int64?, in transaction: Transaction
    ) async throws -> ChargeTicket {
        guard var order = try await store.lock(order, of: account, in: transaction),
            let charge = order.charges.first(where: { $0.id == charge })
        else { throw RequestError.notFound("transaction") }
        let amount = try amount(order.checkout.currency)
        guard charge.isRefundable, let snapshot = charge.snapshot else { throw RequestError.notRefundable }
        guard (amount ?? 0) <= snapshot.amount - charge.refunded else { throw RequestError.refundTooLarge }
        let refund = try requestRefund(
            of: charge, in: &order, amount: amount, isExternal: isExternal, reason: reason, in: transaction)
        store.update(order.checkout, in: transaction)
        return ChargeTicket(order.checkout, refund, isReused: false)
    }

    /// Publishes the command, and leaves the row that its answer is written to. The caller writes the order.
    @discardableResult
    func requestRefund(
        of charge: CheckoutCharge, in order: inout CheckoutOrder, amount: Int64?, isExternal: Bool, reason: String?,
        in transaction: Transaction
    ) throws -> TransactionID {
        let refund = CheckoutCharge(
            id: TransactionID(), account: charge.account, orderID: charge.orderID, purpose: .refund,
            parentID: charge.id, totals: CheckoutTotals(), refunded: 0, subscriptionNumber: nil, sequence: 0,
            snapshot: nil)
        try orders.outbox.append(
            RefundRequested(
                refundID: refund.id, transactionID: charge.id, orderID: refund.orderID, amount: amount,
                isExternal: isExternal, reason: reason),
            subject: refund.orderID.description, sequence: order.checkout.nextCommand(), account: charge.account,
            in: transaction)
        charges.insert(refund, at: .now(), in: transaction)
        return refund.id
    }
}
