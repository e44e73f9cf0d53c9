import Messaging
import Schema

/// Takes coupons at the checkout. Redemption is part of the transaction that asks for the charge, so that a limit of uses
/// holds however many carts come at once.
protocol CouponRedeeming: Sendable {
    /// Redeems a coupon for an order; the same coupon again for the same order is one use.
    ///
    /// - Returns: What it takes off, in minor units of the cart's currency; at most what the cart is worth.
    /// - Throws: `RequestError` that says why it does not apply.
    func redeem(_ code: String, for cart: CouponCart, in transaction: Transaction) async throws -> Int64
}

/// The order that a coupon is redeemed for.
struct CouponCart: Sendable {
    let account: AccountID
    let orderID: OrderID
    let customerID: CustomerID
    let campaignInternalID: String
    let currency: Currency
    /// An ISO 3166 code.
    let country: String
    /// In minor units, as all amounts.
    let subtotal: Int64
    let shipping: Int64
    let items: [CheckoutItem]
}

/// Keeps the subscriptions that the checkout sells.
protocol SubscriptionKeeping: Sendable {
    /// Opens a subscription for each line that is sold as one; called once for every charge that completes.
    ///
    /// - Returns: Their numbers, in the order of the lines.
    func open(
        _ lines: [CheckoutItem], of checkout: Checkout, paidBy charge: TransactionSnapshot, in transaction: Transaction
    ) async throws -> [String]

    /// Cancels all that an order has opened.
    func cancelAll(
        ofOrder order: OrderID, account: AccountID, reason: String, in transaction: Transaction
    ) async throws

    /// Cancels all that a customer has and can cancel; answers their numbers.
    func cancelAll(
        of customerNumber: String, account: AccountID, reason: String, in transaction: Transaction
    ) async throws -> [String]
}

/// Keeps the shipments of what the checkout sells.
protocol FulfillmentKeeping: Sendable {
    /// Plans the shipments of an order that has just been completed; called once for every order.
    func plan(_ checkout: Checkout, items: [CheckoutItem], in transaction: Transaction) async throws

    /// Notes a parcel of an order, so that what it carries is shown as sent.
    func ship(
        _ order: OrderID, _ shipment: Shipment, of account: AccountID, in transaction: Transaction
    ) async throws

    /// Calls off what is sent of an order, as far as it has not left yet.
    func cancel(order: OrderID, of account: AccountID, reason: String, in transaction: Transaction) async throws

    /// Cancels all of a customer that has not left yet; answers their numbers.
    func cancelAll(
        of customerNumber: String, account: AccountID, reason: String, in transaction: Transaction
    ) async throws -> [String]
}

/// Looks at the customer's details beside the checkout and says what may be wrong with them.
protocol CustomerEnriching: Sendable {
    /// - Returns: What says the `enrichment` object of each person; nil when the account has no service enabled.
    func judge(for account: AccountID) async throws -> @Sendable (CheckoutPerson) throws -> JSONValue?
}

extension CustomerEnriching {
    /// - Returns: The `enrichment` object of the answer; nil when the account has no service enabled.
    func enrichment(of person: CheckoutPerson, for account: AccountID) async throws -> JSONValue? {
        try await judge(for: account)(person)
    }
}
