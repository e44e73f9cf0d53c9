import Schema

/// A product as a request asks for it. Prices are nil where the campaign's count.
struct CartRequest: Hashable, Sendable {
    /// What the account calls the offer or upsell.
    let productInternalID: String
    let quantity: Int
    /// In minor units, as all amounts.
    let unitPrice: Int64?
    /// Of the whole line.
    let shippingPrice: Int64?
}

/// The lines of one charge, with what they come to before tax.
struct Cart: Sendable, Equatable {
    private(set) var items: [CheckoutItem]
    /// Without tax.
    private(set) var totals: CheckoutTotals
    /// Fixed rates by line, where products have one.
    private let taxRates: [Int: String]

    /// Prices what is asked for.
    ///
    /// - Parameters:
    ///   - kind: Offers begin an order, upsells are added to one.
    ///   - firstLine: The number of the first line.
    init(
        _ requests: [CartRequest], of campaign: CampaignSnapshot, kind: CampaignProductKind, currency: Currency,
        firstLine: Int = 0
    ) throws(CartError) {
        var items: [CheckoutItem] = []
        var subtotal = Money(minorUnits: 0, currency: currency)
        var shipping = subtotal
        var rates: [Int: String] = [:]
        for (index, request) in requests.enumerated() {
            let known = campaign.products.first { $0.internalID == request.productInternalID && $0.kind == kind }
            guard let product = known, product.isActive else { throw .unknownProduct(index: index) }
            do {
                let item = try CheckoutItem(request, product, line: firstLine + index, currency: currency)
                subtotal = try subtotal + Money(minorUnits: item.subtotal, currency: currency)
                shipping = try shipping + Money(minorUnits: item.shippingPrice, currency: currency)
                items.append(item)
            } catch MoneyError.tooManyDigits {
                throw .priceNotInCurrency(index: index)
            } catch {
                throw .tooLarge
            }
            if product.isTaxIncluded {
                rates[firstLine + index] = "0"
            } else if kind == .upsell, product.taxRate.contains(where: { ("1"..."9").contains($0) }) {
                rates[firstLine + index] = product.taxRate
            }
        }
        guard subtotal.minorUnits <= Self.limit, shipping.minorUnits <= Self.limit else { throw .tooLarge }
        self.items = items
        taxRates = rates
        totals = CheckoutTotals(subtotal: subtotal.minorUnits, shipping: shipping.minorUnits)
    }

    /// Takes a discount off, shared among the lines by their prices; what is more than they cost comes off shipping.
    mutating func discount(by amount: Int64) {
        totals.discount = min(amount, totals.subtotal + totals.shipping)
        let shares = Shares.of(min(totals.discount, totals.subtotal), by: items.map(\.subtotal))
        for (index, share) in shares.enumerated() { items[index].discount = share }
    }

    /// Has a charge pay for the lines.
    mutating func assign(to charge: TransactionID) {
        for index in items.indices { items[index].transactionID = charge }
    }

    /// Whether a line has a tax rate of its own.
    var hasTaxRates: Bool { taxRates.values.contains { $0 != "0" } }

    /// What a tax provider must know of the lines.
    var taxLines: [TaxLine] {
        items.map { item in
            TaxLine(
                id: "\(item.line)", sku: item.sku, quantity: item.quantity, unitPrice: item.unitPrice,
                discount: item.discount, taxCode: item.taxCode, taxRate: taxRates[item.line])
        }
    }

    /// Of each part of an order, in minor units: sums of a few of them still fit 64 bits by far.
    static let limit: Int64 = 1_000_000_000_000_000
}

/// Why there is no cart.
enum CartError: Error, Hashable, Sendable {
    /// The campaign does not sell it.
    case unknownProduct(index: Int)
    /// The campaign's own price has more digits than the currency.
    case priceNotInCurrency(index: Int)
    /// The order has it already, or twice now, and may not.
    case duplicate(index: Int)
    case tooLarge
}

extension CheckoutItem {
    fileprivate init(
        _ request: CartRequest, _ product: CampaignProductSnapshot, line: Int, currency: Currency
    ) throws(MoneyError) {
        let unitPrice =
            if let price = request.unitPrice {
                Money(minorUnits: price, currency: currency)
            } else {
                try Money(campaignPrice: product.price, currency: currency)
            }
        let shipping =
            if let price = request.shippingPrice {
                price
            } else {
                try Money(campaignPrice: product.shippingPrice, currency: currency).minorUnits
            }
        self.init(
            line: line, productNumber: product.number, productInternalID: product.internalID, name: product.name,
            kind: product.kind, sku: product.sku, taxCode: product.taxCode, quantity: request.quantity,
            unitPrice: unitPrice.minorUnits, shippingPrice: shipping,
            subtotal: try (unitPrice * request.quantity).minorUnits, tax: 0, discount: 0,
            isUpsell: product.kind == .upsell, saleType: product.saleType, billingInterval: product.billingInterval,
            billingCycles: product.billingCycles, trialDays: product.trialDays,
            requiresShipping: product.requiresShipping, transactionID: nil, isAdded: product.kind != .upsell,
            particulars: ItemParticulars(product, quantity: request.quantity))
    }
}

extension Money {
    /// A campaign's price is of no currency: zeros beyond the currency's digits do not count (`50.00` yen).
    init(campaignPrice text: String, currency: Currency) throws(MoneyError) {
        var text = text
        if text.contains(".") {
            while text.last == "0" { text.removeLast() }
            if text.last == "." { text.removeLast() }
        }
        try self.init(decimal: text, currency: currency)
    }
}
