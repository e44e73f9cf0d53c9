public import Schema

extension Order {
    /// The order as its events carry it: with the buyer and what only the clienteling API knows sealed, and without the site's metadata, which nobody else needs.
    public func snapshot(sealedWith keyring: DataKeyring) throws -> OrderSnapshot {
        var order = snapshot(buyer: try buyer.map { try keyring.seal($0) })
        if !retail.isEmpty { order.retail = try keyring.seal(.object(retail)) }
        return order
    }

    /// The order as its events carry it, with a buyer sealed already, or without any.
    public func snapshot(buyer: Sealed<Buyer>? = nil) -> OrderSnapshot {
        var order = OrderSnapshot(
            id: id, channelOrderID: channelOrderID, externalID: externalID, status: status,
            currency: total.currency, total: total.minorUnits, lineItems: lines, buyer: buyer, orderedAt: orderedAt,
            createdAt: createdAt, updatedAt: updatedAt)
        order.aftersales = aftersales.isEmpty ? nil : aftersales
        return order
    }
}
