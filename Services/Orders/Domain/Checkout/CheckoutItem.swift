import Schema

/// A line of the cart. All amounts are minor units of the order's currency.
struct CheckoutItem: Hashable, Sendable {
    /// Its place in the order, from 0; upsells follow.
    let line: Int
    let productNumber: Int64
    let productInternalID: String
    let name: String
    let kind: CampaignProductKind
    let sku: String?
    let taxCode: String?
    let quantity: Int
    let unitPrice: Int64
    /// Of the whole line, whatever its quantity.
    let shippingPrice: Int64
    /// Quantity times unit price.
    let subtotal: Int64
    /// The line's share of the order's tax.
    var tax: Int64
    /// The line's share of the order's discount.
    var discount: Int64
    let isUpsell: Bool
    /// `one_time`, `subscription` or `none`.
    let saleType: String
    let billingInterval: String?
    /// nil for as long as the customer likes.
    let billingCycles: Int?
    let trialDays: Int
    let requiresShipping: Bool
    /// The charge that pays for it.
    var transactionID: TransactionID?
    /// Whether it is part of the cart: an upsell is once its charge completes.
    var isAdded: Bool
    /// What few items have: the parts of a bundle, a tax that the price contains.
    var particulars: ItemParticulars?

    var isSubscription: Bool { saleType == "subscription" }

    var charged: ChargedProduct { ChargedProduct(number: productNumber, name: name, kind: kind) }
}
