import Edge
import Messaging
import Postgres
import Schema

/// The only way in which brands change orders: what comes back, is paid back, is sent or called off.
struct BrandBook: Sendable {
    let orders: OrderBook
    let checkout: CheckoutBook
    let fulfillments: any FulfillmentKeeping

    private var database: PostgresDatabase { orders.store.database }

    /// The order of a reference: a checkout order's number, or the id of another's.
    func order(_ reference: String, of account: AccountID) async throws -> BrandOrder? {
        try await database.withTransaction { try await find(reference, of: account, in: $0) }
    }

    /// Whether an order has this number, and is another account's: numbers are of all accounts.
    func isForeign(_ number: String, to account: AccountID) async throws -> Bool {
        let owner = try await database.query("SELECT account_id FROM checkouts WHERE number = \(number)").first
        return try owner.map { try $0["account_id", as: AccountID.self] != account } ?? false
    }

    /// The order of a reference, locked until the transaction ends.
    ///
    /// - Parameter isUnpaidFound: Whether an order counts that nothing was paid for, and that is not off yet.
    private func find(
        _ reference: String, of account: AccountID, isUnpaidFound: Bool = false, in transaction: Transaction
    ) async throws -> BrandOrder? {
        func shown(_ order: CheckoutOrder) -> BrandOrder? {
            order.isPlaced || order.checkout.status.isOff || isUnpaidFound ? .checkout(order) : nil
        }
        if let order = try await checkout.store.lock(number: reference, of: account, in: transaction) {
            return shown(order)
        }
        guard let id = OrderID(reference) else { return nil }
        if let order = try await checkout.store.lock(id, of: account, in: transaction) { return shown(order) }
        return try await orders.store.lock(id, of: account, in: transaction).map { .dealer($0) }
    }

    private func lock(
        _ reference: String, of account: AccountID, isUnpaidFound: Bool = false, in transaction: Transaction
    ) async throws -> BrandOrder {
        let found = try await find(reference, of: account, isUnpaidFound: isUnpaidFound, in: transaction)
        guard let order = found else {
            throw RequestError.notFound("order")
        }
        return order
    }

    // MARK: Changing

    /// Announces that items come back.
    func takeBack(
        _ items: [ItemReturn], of reference: String, account: AccountID, by actor: String?, in transaction: Transaction
    ) async throws -> BrandOrder {
        var order = try await lock(reference, of: account, in: transaction)
        order.modify(try order.returning(items), at: .now())
        try await write(order, .returned, by: actor, in: transaction)
        return order
    }

    /// Notes what whoever sends an order says of a parcel.
    func note(
        _ shipment: Shipment, of reference: String, account: AccountID, in transaction: Transaction
    ) async throws {
        var order = try await lock(reference, of: account, in: transaction)
        var aftersales = order.aftersales
        let known = aftersales.shipments.lastIndex { known in
            shipment.trackingNumber == nil || known.trackingNumber == shipment.trackingNumber
        }
        if let known {
            guard aftersales.shipments[known] != shipment.at(aftersales.shipments[known].updatedAt) else { return }
            aftersales.shipments[known] = shipment
        } else {
            aftersales.shipments.append(shipment)
        }
        order.modify(aftersales, at: .now())
        try await write(order, .shipment, by: nil, in: transaction)
        if shipment.status == .shipped {
            try await fulfillments.ship(order.id, shipment, of: account, in: transaction)
        } else {
            try await fulfillments.cancel(
                order: order.id, of: account, reason: "The shipment was cancelled", in: transaction)
        }
    }

    /// Asks payments for a refund.
    ///
    /// - Returns: The refunds that were asked for, one a charge.
    func refund(
        _ reference: String, of account: AccountID, by actor: String?, in transaction: Transaction,
        _ read: @Sendable (Currency) throws -> BrandRefund
    ) async throws -> [TransactionID] {
        let order = try await lock(reference, of: account, in: transaction)
        guard case .checkout(var known) = order else {
            _ = try read(order.snapshot.currency)
            throw BrandRefusal.nothingToRefund
        }
        let refund = try read(known.checkout.currency)
        let refunds = try checkout.requestRefunds(
            try known.plan(refund), of: &known, because: refund.reason, by: actor, in: transaction)
        try orders.store.write(known.aftersales, of: order.id, account: account, in: transaction)
        checkout.store.update(known.checkout, in: transaction)
        return refunds
    }

    /// Calls an order off and gives everything back that came in. An order that nobody has paid for yet is found too.
    ///
    /// - Returns: The refunds that were asked for, one a charge.
    func cancel(
        _ reference: String, of account: AccountID, reason: String, by actor: String?, in transaction: Transaction
    ) async throws -> [TransactionID] {
        let order = try await lock(reference, of: account, isUnpaidFound: true, in: transaction)
        guard !order.isCancelled else { throw BrandRefusal.cancelled }
        guard !order.aftersales.isShipped else { throw BrandRefusal.shipped }
        guard case .checkout(var known) = order else {
            _ = try await orders.cancel(order.id, of: account, by: actor, in: transaction)
            return []
        }
        guard known.isPlaced else {
            try orders.callOff(&known, by: actor, in: transaction)
            checkout.store.update(known.checkout, in: transaction)
            return []
        }
        return try await checkout.cancel(known, because: reason, by: actor, in: transaction)
    }

    private func write(
        _ order: BrandOrder, _ modification: OrderModification, by actor: String?, in transaction: Transaction
    ) async throws {
        orders.store.touch(order, in: transaction)
        try orders.store.write(order.aftersales, of: order.id, account: order.account, in: transaction)
        var snapshot = order.snapshot
        snapshot.buyer = try order.buyer.map { try orders.keyring.seal($0) }
        if !order.retail.isEmpty { snapshot.retail = try orders.keyring.seal(.object(order.retail)) }
        try orders.outbox.append(
            OrderModified(
                order: snapshot, modification: modification, actor: try actor.map { try orders.keyring.seal($0) }),
            subject: order.id.description, sequence: order.sequence, account: order.account, in: transaction)
    }
}

extension Shipment {
    /// The same at another time.
    fileprivate func at(_ time: Timestamp) -> Shipment {
        var shipment = self
        shipment.updatedAt = time
        return shipment
    }
}

extension CheckoutOrder {
    /// Whether lists show it: something was paid for it once.
    fileprivate var isPlaced: Bool { checkout.status.isPaid || payment != nil }
}

extension OrderStore {
    /// Writes what has become of an order.
    func write(
        _ aftersales: Aftersales, of id: OrderID, account: AccountID, in transaction: PostgresTransaction
    ) throws {
        transaction.send(
            """
            UPDATE orders SET aftersales = \(try JSON.text(aftersales)) WHERE account_id = \(account) AND id = \(id)
            """)
    }

    /// Writes that an event tells of an order.
    fileprivate func touch(_ order: BrandOrder, in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE orders SET sequence = \(order.sequence), updated_at = \(order.snapshot.updatedAt)
            WHERE account_id = \(order.account) AND id = \(order.id)
            """)
    }
}
