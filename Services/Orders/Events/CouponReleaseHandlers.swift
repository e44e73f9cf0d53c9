import Messaging
import Schema

/// A charge was refused: an order that is not paid gives its use of a coupon back, and takes another with its next charge.
struct CouponReleaseHandler<Payload: TransactionEvent>: EventHandler {
    let book: CouponBook

    func handle(_ event: Received<Payload>, in transaction: Transaction) async throws {
        book.releaseIfUnpaid(event.payload.transaction.orderID, of: event.envelope.account, in: transaction)
    }
}
