import Messaging
import Postgres
import Schema

/// Orders of the checkout in the order book. Whoever calls these holds the order's lock, and writes the checkout's own
/// rows beside.
extension OrderBook {
    /// Puts an order that nothing was paid for into the book, where lists leave it out.
    ///
    /// The transaction throws `OrderError.duplicateChannelOrderID` if a site has reported an order under this number.
    func begin(_ checkout: Checkout, in transaction: PostgresTransaction) {
        store.insert(checkout, in: transaction)
    }

    /// Tells that somebody has begun an order.
    func tellLead(_ order: inout CheckoutOrder, in transaction: PostgresTransaction) throws {
        try append(&order, in: transaction) { LeadCreated(order: $0) }
    }

    /// Writes what has become of an order, and tells of it.
    func note(
        _ change: CheckoutChange, of order: inout CheckoutOrder, because charge: TransactionSnapshot?,
        in transaction: PostgresTransaction
    ) throws {
        switch (change, charge) {
        case (.placed, _):
            store.insertLines(order.cartItems, of: order.checkout, in: transaction)
            try append(&order, in: transaction) { OrderPlaced(order: $0) }
            try tellCoupon(of: &order, in: transaction)
        case (.upsellAdded, let charge?):
            let added = order.items.filter { $0.transactionID == charge.id }
            store.insertLines(added, of: order.checkout, in: transaction)
            try append(&order, in: transaction) { UpsellAdded(order: $0, transactionNumber: charge.number) }
        case (.completed, _):
            try append(&order, in: transaction) { OrderCompleted(order: $0) }
        case (.refunded, let refund?):
            try append(&order, in: transaction) { OrderRefunded(order: $0, refund: refund) }
        case (.chargedBack, let charge?):
            try append(&order, in: transaction) { OrderChargedBack(order: $0, chargeback: charge) }
        case (.voided, _):
            try append(&order, in: transaction) { OrderCancelled(order: $0) }
        case (.noted, _), (.overpaid, _), (.upsellAdded, nil), (.refunded, nil), (.chargedBack, nil): break
        }
        store.update(order.checkout, in: transaction)
    }

    /// Has the checkout know that its order is off.
    ///
    /// - Returns: The order as its event tells of it; nil for an order of another channel.
    func cancelCheckout(of order: Order, in transaction: PostgresTransaction) async throws -> OrderSnapshot? {
        let checkouts = CheckoutStore(database: store.database)
        guard var known = try await checkouts.lock(order.id, of: order.account, in: transaction) else { return nil }
        known.checkout.cancel(at: order.updatedAt)
        try callOffOpenCharges(of: &known, in: transaction)
        checkouts.update(known.checkout, in: transaction)
        return try known.snapshot(sealedWith: keyring)
    }

    /// Calls off an order that nothing was paid for; what comes in all the same is given back. The caller writes the
    /// checkout.
    ///
    /// - Parameter actor: The mail address of who calls it off, if that is known.
    func callOff(_ order: inout CheckoutOrder, by actor: String?, in transaction: PostgresTransaction) throws {
        order.checkout.cancel(at: .now())
        try callOffOpenCharges(of: &order, in: transaction)
        let sealed = try actor.map { try keyring.seal($0) }
        try append(&order, in: transaction) { OrderCancelled(order: $0, actor: sealed) }
        store.update(order.checkout, in: transaction)
    }

    /// Asks payments to call off charges that wait for the buyer or for a capture. The caller writes the order.
    func callOffOpenCharges(of order: inout CheckoutOrder, in transaction: PostgresTransaction) throws {
        for charge in order.charges where charge.isCapturable {
            try outbox.append(
                VoidRequested(transactionID: charge.id, orderID: order.checkout.orderID),
                subject: order.checkout.orderID.description, sequence: order.checkout.nextCommand(),
                account: order.checkout.account, in: transaction)
        }
    }

    private func append(
        _ order: inout CheckoutOrder, in transaction: PostgresTransaction, _ event: (OrderSnapshot) -> some Event
    ) throws {
        let sequence = order.checkout.nextEvent()
        try outbox.append(
            event(try order.snapshot(sealedWith: keyring)),
            subject: order.checkout.orderID.description, sequence: sequence, account: order.checkout.account,
            in: transaction)
    }
}

extension OrderStore {
    fileprivate func insert(_ checkout: Checkout, in transaction: PostgresTransaction) {
        let insert: PostgresQuery = """
            INSERT INTO orders (account_id, id, sequence, channel_order_id, status, currency, total_amount, is_placed,
                ordered_at, created_at, updated_at)
            VALUES (\(checkout.account), \(checkout.orderID), \(checkout.sequence), \(checkout.number),
                \(checkout.orderStatus), \(checkout.currency), \(checkout.totals.total), false, \(checkout.createdAt),
                \(checkout.createdAt), \(checkout.updatedAt))
            """
        transaction.send(
            insert.throwing(OrderError.duplicateChannelOrderID, onViolationOf: "orders_channel_order_id_key"))
    }

    fileprivate func update(_ checkout: Checkout, in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE orders SET status = \(checkout.orderStatus), sequence = \(checkout.sequence),
                total_amount = \(checkout.totals.total), is_placed = is_placed OR \(checkout.status.isPaid)::boolean,
                updated_at = \(checkout.updatedAt)
            WHERE account_id = \(checkout.account) AND id = \(checkout.orderID)
            """)
    }

    fileprivate func insertLines(
        _ items: [CheckoutItem], of checkout: Checkout, in transaction: PostgresTransaction
    ) {
        for item in items {
            transaction.send(
                """
                INSERT INTO order_lines (account_id, order_id, line, sku, quantity, unit_amount)
                VALUES (\(checkout.account), \(checkout.orderID), \(item.line), \(item.sku), \(item.quantity),
                    \(item.unitPrice))
                """)
        }
    }
}
