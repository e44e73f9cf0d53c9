import Schema

/// What a brand wants to give back of an order. All amounts are minor units of the order's currency.
struct BrandRefund: Sendable, Equatable {
    var items: [RefundedItem] = []
    var amount: Int64 = 0
    var shipping: Int64 = 0
    var reason: String

    var total: Int64 { items.reduce(amount + shipping) { $0 + $1.amount } }
}

/// What one charge gives back of it.
struct RefundShare: Sendable, Equatable {
    let charge: TransactionID
    /// The number of the charge.
    let number: String
    var amount: Int64 = 0
    var shipping: Int64 = 0
    var items: [RefundedItem] = []
}

/// Why a refund, return or cancellation is not possible, in the words of the brand API.
enum BrandRefusal: Error, Equatable {
    case itemNotFound(Int64)
    case itemAmountTooLarge(Int64)
    case itemQuantityTooLarge(Int64)
    case shippingTooLarge
    case amountTooLarge
    case nothingToRefund
    case returnTooLarge(Int64)
    case shipped
    case cancelled

    var message: String {
        switch self {
        case .itemNotFound(let id): "Item \(id) not found in order"
        case .itemAmountTooLarge(let id): "The amount is more than what is left of item \(id)"
        case .itemQuantityTooLarge(let id): "The quantity is more than what was bought of item \(id)"
        case .shippingTooLarge: "The shipping amount is more than what is left of the shipping cost"
        case .amountTooLarge: "The amount is more than what is left to refund"
        case .nothingToRefund: "There is nothing to refund."
        case .returnTooLarge(let id): "The quantity is more than what is left to return of item \(id)"
        case .shipped: "The order has been shipped and can no longer be cancelled."
        case .cancelled: "The order is cancelled."
        }
    }
}

/// What charges have left, and what is taken of it.
private struct Funds {
    /// The oldest first.
    var left: [RefundShare]
    private(set) var shares: [RefundShare] = []

    init(left: [RefundShare]) { self.left = left }

    /// Takes an amount of the charges, of one of them first.
    mutating func give(
        _ amount: Int64, preferring charge: TransactionID? = nil, _ note: (inout RefundShare, Int64) -> Void
    ) {
        var rest = amount
        let preferred = left.indices.filter { left[$0].charge == charge }
        for index in preferred + left.indices.filter({ left[$0].charge != charge }) {
            let part = min(rest, left[index].amount)
            guard part > 0 else { continue }
            left[index].amount -= part
            rest -= part
            let source = left[index]
            let place = shares.firstIndex { $0.charge == source.charge } ?? shares.endIndex
            if place == shares.endIndex { shares.append(RefundShare(charge: source.charge, number: source.number)) }
            shares[place].amount += part
            note(&shares[place], part)
        }
    }
}

extension CheckoutOrder {
    /// What can still be given back of each charge, the oldest first: what came in, less what went back or is about to.
    var refundable: [RefundShare] {
        charges.compactMap { charge in
            guard charge.isRefundable, charge.purpose != .renewal, let snapshot = charge.snapshot else { return nil }
            let pending = aftersales.refunds.reduce(Int64(0)) { sum, refund in
                refund.status == .new && refund.transactionNumber == snapshot.number ? sum + refund.amount : sum
            }
            let left = snapshot.amount - charge.refunded - pending
            return left > 0 ? RefundShare(charge: charge.id, number: snapshot.number, amount: left) : nil
        }
    }

    /// Everything that is left to give back, with what of it is shipping.
    var everythingLeft: [RefundShare] {
        var funds = Funds(left: refundable)
        let given = aftersales.refunds.filter { $0.status != .failed }.reduce(0) { $0 + $1.shipping }
        funds.give(max(0, checkout.totals.shipping + shippingTax - given)) { $0.shipping += $1 }
        funds.give(funds.left.reduce(0) { $0 + $1.amount }) { _, _ in }
        return funds.shares
    }

    /// Splits a refund over the charges: what an item cost goes back where it came from as far as that has enough left.
    func plan(_ asked: BrandRefund) throws(BrandRefusal) -> [RefundShare] {
        let refund = try check(asked)
        var funds = Funds(left: refundable)
        guard refund.total > 0 else { throw .nothingToRefund }
        guard refund.total <= funds.left.reduce(0, { $0 + $1.amount }) else { throw .amountTooLarge }
        for item in refund.items {
            let charge = cartItems.first { itemID(ofLine: $0.line) == item.itemID }?.transactionID
            funds.give(item.amount, preferring: charge) { share, part in
                share.items.append(
                    RefundedItem(
                        itemID: item.itemID, childItemID: item.childItemID, quantity: item.quantity, amount: part))
            }
        }
        funds.give(refund.shipping) { $0.shipping += $1 }
        funds.give(refund.amount) { _, _ in }
        return funds.shares
    }

    /// The refund with every part of a bundle named beside its bundle.
    private func check(_ asked: BrandRefund) throws(BrandRefusal) -> BrandRefund {
        var refund = asked
        let given = aftersales.refunds.filter { $0.status != .failed }
        let earlier = given.flatMap(\.items)
        let sold = soldItems
        for index in refund.items.indices {
            let line = refund.items[index]
            let (item, part) = try sold.find(line.itemID, part: line.childItemID)
            let id = part?.id ?? item.id
            guard line.quantity <= part?.quantity ?? item.quantity else { throw .itemQuantityTooLarge(id) }
            refund.items[index].itemID = item.id
            refund.items[index].childItemID = part?.id
            let lines = (earlier + refund.items[...index]).filter { $0.itemID == item.id }
            let ofPart = lines.filter { $0.childItemID == part?.id }
            guard lines.total <= item.paid, part == nil || ofPart.total <= part?.paid ?? 0 else {
                throw .itemAmountTooLarge(id)
            }
        }
        let shipping = given.reduce(refund.shipping) { $0 + $1.shipping }
        guard refund.shipping == 0 || shipping <= checkout.totals.shipping + shippingTax else {
            throw .shippingTooLarge
        }
        return refund
    }
}

extension [RefundedItem] {
    fileprivate var total: Int64 { reduce(0) { $0 + $1.amount } }
}

extension CheckoutOrder {
    /// Notes what a refund has come to. One that was given through another API is told of from now on.
    mutating func settle(_ refund: TransactionSnapshot, of charge: TransactionSnapshot, as status: OrderRefundStatus) {
        if let index = aftersales.refunds.firstIndex(where: { $0.refundID == refund.id }) {
            aftersales.refunds[index].status = status
        } else if status == .completed {
            aftersales.refunds.append(
                OrderRefund(
                    id: nextRefundID, refundID: refund.id, transactionNumber: charge.number, amount: abs(refund.amount),
                    shipping: 0, items: [], status: status, reason: "other", actor: nil,
                    createdAt: refund.createdAt))
        }
    }

    /// The number of the next refund, unique in the account as the items' are.
    var nextRefundID: Int64 { checkout.serial * 1000 + Int64(aftersales.refunds.count) + 1 }
}

extension Aftersales {
    /// Whether something of the order is on its way.
    var isShipped: Bool { shipments.contains { $0.status == .shipped } }
}
