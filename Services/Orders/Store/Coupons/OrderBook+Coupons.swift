import Messaging
import Postgres
import Schema

extension OrderBook {
    /// Tells of the coupon that an order was paid with, if there is one. Whoever calls this holds the order's lock and
    /// writes its sequence.
    func tellCoupon(of order: inout CheckoutOrder, in transaction: PostgresTransaction) throws {
        let checkout = order.checkout
        guard let code = checkout.couponCode else { return }
        let redeemed = CouponRedeemed(
            orderID: checkout.orderID, code: code, discount: checkout.totals.discount, currency: checkout.currency)
        try outbox.append(
            redeemed, subject: checkout.orderID.description, sequence: order.checkout.nextEvent(),
            account: checkout.account, in: transaction)
    }
}
