import Schema

extension Checkout {
    /// The order as its events carry it: what was ordered, and the buyer sealed.
    func snapshot(_ items: [CheckoutItem], sealedWith keyring: DataKeyring) throws -> OrderSnapshot {
        let lines = items.filter(\.isAdded).map(\.orderLine)
        var order = OrderSnapshot(
            id: orderID, channelOrderID: number, externalID: nil, status: orderStatus, currency: currency,
            total: totals.total, lineItems: lines, buyer: try keyring.seal(contact.buyer), orderedAt: createdAt,
            createdAt: createdAt, updatedAt: updatedAt)
        order.checkout = summary
        return order
    }

    /// What events tell of the order beside what all orders have.
    var summary: CheckoutSummary {
        CheckoutSummary(
            number: number, customerNumber: customerNumber, campaignInternalID: campaignInternalID,
            campaignName: campaignName, status: status.rawValue, subtotal: totals.subtotal, shipping: totals.shipping,
            tax: totals.tax, discount: totals.discount, isTest: isTest, attribution: attribution,
            upsellDepth: upsellDepth)
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
    var orderLine: OrderLine { OrderLine(externalID: nil, sku: sku, quantity: quantity, unitAmount: unitPrice) }
}

extension CheckoutContact {
    var buyer: Buyer {
        Buyer(
            name: "\(person.firstName) \(person.lastName)", email: person.email, phone: person.phone,
            addressLine1: shipping.address1, addressLine2: shipping.address2, city: shipping.city,
            region: shipping.state, postalCode: shipping.postalCode, country: shipping.country)
    }
}
