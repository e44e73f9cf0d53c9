import Schema

extension CheckoutOrder {
    /// The order as its events carry it: what was ordered, and the buyer sealed.
    func snapshot(sealedWith keyring: DataKeyring) throws -> OrderSnapshot {
        var order = snapshot(buyer: try keyring.seal(checkout.contact.buyer))
        if !retail.isEmpty { order.retail = try keyring.seal(.object(retail)) }
        return order
    }

    /// The order as its events carry it, with the buyer sealed already, or without one.
    func snapshot(buyer: Sealed<Buyer>? = nil) -> OrderSnapshot {
        var order = OrderSnapshot(
            id: checkout.orderID, channelOrderID: checkout.number, externalID: nil, status: checkout.orderStatus,
            currency: checkout.currency, total: checkout.totals.total, lineItems: cartItems.map(\.orderLine),
            buyer: buyer, orderedAt: checkout.createdAt, createdAt: checkout.createdAt, updatedAt: checkout.updatedAt,
            checkout: summary)
        order.aftersales = aftersales.isEmpty ? nil : aftersales
        return order
    }

    /// What events tell of the order beside what all orders have.
    var summary: CheckoutSummary {
        var summary = checkout.summary
        summary.items = soldItems
        if shippingTax > 0 { summary.shippingTax = shippingTax }
        if isTaxIncluded { summary.isTaxIncluded = true }
        return summary
    }
}

extension Checkout {
    fileprivate var summary: CheckoutSummary {
        var summary = CheckoutSummary(
            number: number, customerNumber: customerNumber, campaignInternalID: campaignInternalID,
            campaignName: campaignName, status: status.rawValue, subtotal: totals.subtotal, shipping: totals.shipping,
            tax: totals.tax, discount: totals.discount, isTest: isTest, attribution: attribution,
            upsellDepth: upsellDepth)
        summary.taxRate = taxRate
        summary.couponCode = couponCode
        return summary
    }

    /// The order's status in the order book: what is paid is sold, as the checkout knows no stock.
    var orderStatus: OrderStatus {
        switch status {
        case .cancelled, .voided: .cancelled
        case .lead, .pendingPayment, .declined: .pending
        default: .matched
        }
    }
}

extension CheckoutItem {
    var orderLine: OrderLine {
        OrderLine(externalID: nil, sku: sku, name: name, quantity: quantity, unitAmount: unitPrice)
    }
}

extension CheckoutContact {
    var buyer: Buyer {
        var buyer = Buyer(
            name: "\(person.firstName) \(person.lastName)", email: person.email, phone: person.phone,
            addressLine1: shipping.address1, addressLine2: shipping.address2, city: shipping.city,
            region: shipping.state, postalCode: shipping.postalCode, country: shipping.country)
        buyer.firstName = person.firstName
        buyer.lastName = person.lastName
        return buyer
    }
}
