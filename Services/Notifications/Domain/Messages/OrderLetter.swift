import Schema

/// What a mail about an order tells. All amounts are minor units of ``currency``.
struct OrderLetter: Codable, Sendable, Equatable {
    /// A row of the table: an article, or a part of the sum.
    struct Line: Codable, Sendable, Equatable {
        let name: String
        let quantity: Int?
        let amount: Int64
    }

    let number: String
    let orderedAt: Timestamp
    let currency: Currency
    let lines: [Line]
    /// What comes to the articles: shipping, tax, discount.
    let sums: [Line]
    let total: Int64
    /// What has just been given back.
    let refunded: Int64?

    /// - Parameter refunded: What has just been given back, above zero.
    init(_ order: OrderSnapshot, refunded: Int64? = nil) {
        number = order.checkout?.number ?? order.channelOrderID
        orderedAt = order.orderedAt
        currency = order.currency
        lines = order.lineItems.map { line in
            // What is too much for 64 bits was refused when it was ordered.
            let amount = line.unitAmount.multipliedReportingOverflow(by: Int64(line.quantity)).partialValue
            let name = line.name ?? line.sku ?? line.externalID ?? "Item"
            return Line(name: name, quantity: line.quantity, amount: amount)
        }
        sums = order.checkout.map(Self.sums) ?? []
        total = order.total
        self.refunded = refunded
    }

    private static func sums(of checkout: CheckoutSummary) -> [Line] {
        [("Discount", -checkout.discount), ("Shipping", checkout.shipping), ("Tax", checkout.tax)]
            .filter { $0.1 != 0 }.map { Line(name: $0.0, quantity: nil, amount: $0.1) }
    }
}
