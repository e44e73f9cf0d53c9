import Messaging
import Postgres
import Schema

/// What clients of the clienteling API say of orders. An order that there is keeps its items: stock is held for them.
extension CheckoutBook {
    /// Places or changes the order of an external id.
    ///
    /// - Throws: ``RetailOrderRefusal``.
    func upsert(
        _ said: RetailOrder, as externalID: String, of account: AccountID, in transaction: PostgresTransaction
    ) async throws {
        let id: OrderID
        if let order = try await orders.store.lock(channelOrderID: externalID, of: account, in: transaction) {
            id = order.id
            if let checkout = try await store.lock(id, of: account, in: transaction) {
                try said.check(order, isOfCheckout: true)
                try orders.update(checkout, by: said, in: store, transaction)
            } else {
                try said.check(order, isOfCheckout: false)
                try orders.update(order, by: said, in: transaction)
            }
        } else {
            id = try await orders.place(said, as: externalID, of: account, in: transaction)
        }
        guard said.isCancelled else { return }
        do {
            _ = try await cancel(id, of: account, in: transaction)
        } catch BrandRefusal.shipped {
            throw RetailOrderRefusal.shipped
        }
    }
}

extension OrderBook {
    fileprivate func place(
        _ said: RetailOrder, as externalID: String, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> OrderID {
        let new = try said.newOrder(externalID)
        // A lead of the checkout has its number already.
        if try await store.isTaken(externalID, of: account, in: transaction) { throw RetailOrderRefusal.notPlaced }
        let order = Order(placing: new, retail: said.retail, for: account, at: .now())
        try place(order, in: transaction)
        return order.id
    }

    /// Writes what is said of an order that no checkout knows.
    fileprivate func update(_ known: Order, by said: RetailOrder, in transaction: PostgresTransaction) throws {
        var order = known
        guard order.describe(said, at: .now()) else { return }
        try store.describe(order, in: transaction)
        try tell(
            order.snapshot(sealedWith: keyring), .details, sequence: order.sequence, of: order.account,
            in: transaction)
    }

    /// Writes what is said of an order of the checkout, beside the checkout's own.
    fileprivate func update(
        _ known: CheckoutOrder, by said: RetailOrder, in checkouts: CheckoutStore, _ transaction: PostgresTransaction
    ) throws {
        let buyer = known.checkout.contact.buyer
        guard buyer.updated(with: said.buyer) == buyer else { throw RetailOrderRefusal.ofCheckout }
        var order = known
        order.retail = known.retail.updated(with: said.retail)
        guard order.retail != known.retail else { return }
        order.checkout.modify(at: .now())
        try store.describe(order, in: transaction)
        checkouts.update(order.checkout, in: transaction)
        try tell(
            order.snapshot(sealedWith: keyring), .details, sequence: order.checkout.sequence,
            of: order.checkout.account, in: transaction)
    }

    private func tell(
        _ order: OrderSnapshot, _ modification: OrderModification, sequence: Int64, of account: AccountID,
        in transaction: PostgresTransaction
    ) throws {
        try outbox.append(
            OrderModified(order: order, modification: modification, actor: nil), subject: order.id.description,
            sequence: sequence, account: account, in: transaction)
    }
}

extension OrderStore {
    /// Whether an order has this number, be it placed or not.
    fileprivate func isTaken(
        _ channelOrderID: String, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Bool {
        try await transaction.query(
            "SELECT FROM orders WHERE account_id = \(account) AND channel_order_id = \(channelOrderID)"
        ).first != nil
    }

    /// Writes what is said of an order after it was placed.
    fileprivate func describe(_ order: Order, in transaction: PostgresTransaction) throws {
        transaction.send(
            """
            UPDATE orders SET sequence = \(order.sequence), updated_at = \(order.updatedAt),
                buyer = \(try order.buyer.map(JSON.text)), ordered_at = \(order.orderedAt),
                retail = \(try order.retail.isEmpty ? nil : JSON.text(order.retail))
            WHERE account_id = \(order.account) AND id = \(order.id)
            """)
    }

    fileprivate func describe(_ order: CheckoutOrder, in transaction: PostgresTransaction) throws {
        let checkout = order.checkout
        transaction.send(
            """
            UPDATE orders SET sequence = \(checkout.sequence), updated_at = \(checkout.updatedAt),
                retail = \(try JSON.text(order.retail))
            WHERE account_id = \(checkout.account) AND id = \(checkout.orderID)
            """)
    }
}
