import Schema

extension CheckoutOrder {
    /// The number of an item, unique in the account: the counter of the order's number, and the line.
    func itemID(ofLine line: Int) -> Int64 { checkout.serial * 1000 + Int64(line) + 1 }

    /// The items as the brand API and events number them.
    var soldItems: [SoldItem] {
        let taxes = taxDetails
        return cartItems.map { item in
            var sold = SoldItem(
                id: itemID(ofLine: item.line), name: item.name, sku: item.sku, quantity: item.quantity,
                unitPrice: item.unitPrice, subtotal: item.subtotal, tax: item.tax, discount: item.discount)
            sold.taxDetails = taxes[item.line]
            sold.components = item.particulars?.sold(in: sold)
            return sold
        }
    }

    /// Who levies the tax of each line, where payments has told. Each line's parts add up to its tax, and those of all lines
    /// to the charge's, but for what is levied on the shipping.
    private var taxDetails: [Int: [TaxDetail]] {
        var found: [Int: [TaxDetail]] = [:]
        for charge in charges where charge.countsForOrder {
            guard let details = charge.snapshot?.taxDetails, !details.isEmpty else { continue }
            let lines = cartItems.filter { $0.transactionID == charge.id }
            let shares = Shares.table(rows: lines.map(\.tax), columns: details.map(\.tax))
            for (line, shares) in zip(lines, shares) where line.tax > 0 {
                found[line.line] = zip(details, shares).compactMap { detail, share in
                    guard share > 0 else { return nil }
                    var part = detail
                    part.tax = share
                    return part
                }
            }
        }
        return found
    }

    /// The part of the order's tax that is on its shipping, in minor units.
    var shippingTax: Int64 {
        charges.reduce(0) { $1.countsForOrder && $1.hasPaid ? $0 + ($1.snapshot?.shippingTax ?? 0) : $0 }
    }

    /// Whether the prices contain the tax, all of them.
    var isTaxIncluded: Bool {
        let items = cartItems
        return !items.isEmpty && items.allSatisfy { $0.particulars?.isTaxIncluded == true }
    }
}

extension Checkout {
    /// The counter at the end of the order's number.
    var serial: Int64 { number.split(separator: "-").last.flatMap { Int64($0) } ?? 0 }
}

extension [SoldItem] {
    /// The item, and its part if one is meant. A bundle's part may be named by its number alone, which no item of the order
    /// has.
    ///
    /// - Throws: ``BrandRefusal/itemNotFound(_:)``
    func find(_ id: Int64, part: Int64?) throws(BrandRefusal) -> (item: SoldItem, part: SoldComponent?) {
        guard let item = first(where: { $0.id == id }) else {
            for item in self where part == nil {
                if let part = item.components?.first(where: { $0.id == id }) { return (item, part) }
            }
            throw .itemNotFound(id)
        }
        guard let part else { return (item, nil) }
        guard let known = item.components?.first(where: { $0.id == part }) else { throw .itemNotFound(part) }
        return (item, known)
    }
}

extension SoldItem {
    /// What was paid for it, tax included, in minor units.
    var paid: Int64 { subtotal - discount + tax }

    /// Whether no more than was bought comes back of it: of whole bundles and single parts together, too.
    func covers(_ returns: [ItemReturn]) -> Bool {
        let returns = returns.filter { $0.itemID == id }
        let whole = returns.reduce(0) { $1.childItemID == nil ? $0 + $1.quantity : $0 }
        return whole <= quantity
            && (components ?? []).allSatisfy { part in
                let single = returns.reduce(0) { $1.childItemID == part.id ? $0 + $1.quantity : $0 }
                return single + whole * (part.quantity / quantity) <= part.quantity
            }
    }
}

extension SoldComponent {
    /// What was paid for it, tax included, in minor units.
    var paid: Int64 { subtotal - discount + tax }
}
