import Messaging
import Postgres
import Schema

/// An order of whichever API, as brands see it.
enum BrandOrder: Sendable {
    case checkout(CheckoutOrder)
    case dealer(Order)

    /// The order as its events carry it, without the buyer.
    var snapshot: OrderSnapshot {
        switch self {
        case .checkout(let order): order.snapshot()
        case .dealer(let order): order.snapshot()
        }
    }

    var buyer: Buyer? {
        switch self {
        case .checkout(let order): order.checkout.contact.buyer
        case .dealer(let order): order.buyer
        }
    }

    var id: OrderID {
        switch self {
        case .checkout(let order): order.checkout.orderID
        case .dealer(let order): order.id
        }
    }

    var account: AccountID {
        switch self {
        case .checkout(let order): order.checkout.account
        case .dealer(let order): order.account
        }
    }

    /// What only the clienteling API knows of it.
    var retail: [String: JSONValue] {
        switch self {
        case .checkout(let order): order.retail
        case .dealer(let order): order.retail
        }
    }

    var aftersales: Aftersales {
        switch self {
        case .checkout(let order): order.aftersales
        case .dealer(let order): order.aftersales
        }
    }

    var isCancelled: Bool {
        switch self {
        case .checkout(let order): order.checkout.status.isOff
        case .dealer(let order): order.status == .cancelled
        }
    }

    /// Changes what has become of the order; the next event tells of it.
    mutating func modify(_ aftersales: Aftersales, at time: Timestamp) {
        switch self {
        case .checkout(var order):
            order.aftersales = aftersales
            order.checkout.modify(at: time)
            self = .checkout(order)
        case .dealer(var order):
            order.modify(aftersales, at: time)
            self = .dealer(order)
        }
    }

    /// The sequence of the latest event.
    var sequence: Int64 {
        switch self {
        case .checkout(let order): order.checkout.sequence
        case .dealer(let order): order.sequence
        }
    }

    /// Items that come back, on top of those that have.
    ///
    /// - Throws: ``BrandRefusal`` when there is no such item, or not as many of it are left.
    func returning(_ items: [ItemReturn]) throws(BrandRefusal) -> Aftersales {
        guard !isCancelled else { throw .cancelled }
        var aftersales = aftersales
        let sold = snapshot.soldItems
        for var line in items {
            let (item, part) = try sold.find(line.itemID, part: line.childItemID)
            line.itemID = item.id
            line.childItemID = part?.id
            aftersales.returns.append(line)
            guard item.covers(aftersales.returns) else { throw .returnTooLarge(part?.id ?? item.id) }
        }
        return aftersales
    }
}

extension Checkout {
    /// Something was changed that the next event tells of.
    mutating func modify(at time: Timestamp) {
        _ = nextEvent()
        updatedAt = max(time, updatedAt)
    }
}
