import Schema

/// An order of the checkout with its cart and all that was asked of payments for it.
struct CheckoutOrder: Sendable, Equatable {
    var checkout: Checkout
    /// By line; those of upsells that are not paid too.
    var items: [CheckoutItem]
    /// The oldest first, refunds among them.
    var charges: [CheckoutCharge]
    /// What has become of it since it was sold.
    var aftersales = Aftersales()
    /// What only the clienteling API knows, by its names.
    var retail: [String: JSONValue] = [:]

    /// What is in the cart.
    var cartItems: [CheckoutItem] { items.filter(\.isAdded) }

    /// What was charged and not refused, in minor units.
    var paid: Int64 {
        charges.reduce(0) { sum, charge in
            guard charge.countsForOrder, charge.hasPaid, let snapshot = charge.snapshot else { return sum }
            return sum + snapshot.amount
        }
    }

    /// What has gone back, in minor units.
    var returned: Int64 {
        charges.reduce(0) { $1.countsForOrder ? $0 + $1.refunded : $0 }
    }

    /// The charge that the order was paid with.
    var payment: CheckoutCharge? {
        charges.last { $0.purpose == .order && $0.hasPaid }
    }

    /// Whether a charge pays for the first lines as they now are: it was asked for with them, or comes to the same.
    func isPaid(by charge: CheckoutCharge) -> Bool {
        let isTheirs = items.contains { !$0.isUpsell && $0.transactionID == charge.id }
        return isTheirs || charge.totals == checkout.totals.taxed(0)
    }

    /// Has a charge stand for the first lines, whichever was asked for with them.
    mutating func assignFirstLines(to charge: TransactionID) {
        for index in items.indices where !items[index].isUpsell { items[index].transactionID = charge }
    }

    /// A charge for the order's first lines that may still come to something without being asked again.
    var openPayment: CheckoutCharge? { charges.last { $0.purpose == .order && $0.isOpen } }

    /// The number of the next line.
    var nextLine: Int { (items.map(\.line).max() ?? -1) + 1 }

    /// Whether the order's first lines are these.
    func sells(_ cart: Cart) -> Bool {
        items.filter { !$0.isUpsell }.map(\.offered) == cart.items.map(\.offered)
    }

    /// The first line of a cart that the order may hold only once and has already, or would have twice; nil if none. Lines
    /// whose charge was refused do not count.
    func duplicate(in cart: Cart, of campaign: CampaignSnapshot) -> Int? {
        let single = Set(campaign.products.filter { $0.kind == .upsell && !$0.allowDuplicates }.map(\.internalID))
        let open = Set(charges.filter(\.isOpen).map(\.id))
        let held = items.filter { $0.isUpsell && ($0.isAdded || $0.transactionID.map(open.contains) == true) }
        var seen = Set(held.map(\.productInternalID))
        return cart.items.firstIndex { item in
            single.contains(item.productInternalID) && !seen.insert(item.productInternalID).inserted
        }
    }

    /// A charge of upsells that may still come to something and is for these lines: asking again asks for the same.
    func openUpsell(for cart: Cart) -> CheckoutCharge? {
        charges.first { charge in
            charge.purpose == .upsell && charge.isOpen
                && items.filter { $0.transactionID == charge.id }.map(\.offered) == cart.items.map(\.offered)
        }
    }
}

extension CheckoutItem {
    /// What a line sells, wherever it stands.
    struct Offered: Hashable, Sendable {
        let product: String
        let quantity: Int
        let unitPrice: Int64
        let shippingPrice: Int64
    }

    var offered: Offered {
        Offered(product: productInternalID, quantity: quantity, unitPrice: unitPrice, shippingPrice: shippingPrice)
    }

    /// The line as somebody would ask for it again.
    var request: CartRequest {
        CartRequest(
            productInternalID: productInternalID, quantity: quantity, unitPrice: unitPrice, shippingPrice: shippingPrice
        )
    }
}
