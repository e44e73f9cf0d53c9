import Messaging
import Schema

/// The buyer's bank has taken a charge back, of an order or of a renewal: nobody is charged for the order again, and
/// nothing more of it is sent.
struct ChargebackHandler: EventHandler {
    let subscriptions: SubscriptionBook
    let fulfillments: FulfillmentBook

    private static let reason = "chargeback"

    func handle(_ event: Received<ChargebackReceived>, in transaction: Transaction) async throws {
        let (order, account) = (event.payload.transaction.orderID, event.envelope.account)
        try await subscriptions.cancelAll(ofOrder: order, account: account, reason: Self.reason, in: transaction)
        try await fulfillments.cancel(order: order, of: account, reason: Self.reason, in: transaction)
    }
}
