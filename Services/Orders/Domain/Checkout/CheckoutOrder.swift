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

    /// What is in the cart.
    var cartItems: [CheckoutItem] { items.filter(\.isAdded) }

    /// What was charged and not refused, in minor units.
    var paid: Int64 {
        charges.reduce(0) { sum, charge in
            guard charge.purpose != .refund, charge.purpose != .renewal, let snapshot = charge.snapshot,
                Self.paidStatuses.contains(snapshot.status)
            else { return sum }
            return sum + snapshot.amount
        }
    }

    /// What has gone back, in minor units.
    var returned: Int64 {
        charges.reduce(0) { $1.purpose == .renewal ? $0 : $0 + $1.refunded }
    }

    /// The charge that the order was paid with.
    var payment: CheckoutCharge? {
        charges.last { charge in
            charge.purpose == .order && charge.status.map { Self.paidStatuses.contains($0) } == true
        }
    }

    private static let paidStatuses: Set<TransactionStatus> = [
        .completed, .partiallyRefunded, .refunded, .externallyRefunded,
    ]

    /// A charge for the order's first lines that may still come to something without being asked again.
    var openPayment: CheckoutCharge? { charges.last { $0.purpose == .order && $0.isOpen } }

    /// The number of the next line.
    var nextLine: Int { (items.map(\.line).max() ?? -1) + 1 }

    /// Whether the order's first lines are these.
    func sells(_ cart: Cart) -> Bool {
        items.filter { !$0.isUpsell }.map(\.offered) == cart.items.map(\.offered)
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
