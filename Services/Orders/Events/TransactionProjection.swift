import Messaging
import Schema

/// What payments says of charges and refunds becomes the order's state, and wakes the requests that wait for it.
struct TransactionProjection<Payload: TransactionEvent>: EventHandler {
    let book: CheckoutBook
    let waiter: ReplyWaiter<TransactionID, ChargeReply>

    func handle(_ event: Received<Payload>, in transaction: Transaction) async throws {
        try await handle([event], in: transaction)
    }

    func handle(_ events: [Received<Payload>], in transaction: Transaction) async throws {
        let news = events.map { event in
            TransactionNews(
                snapshot: event.payload.transaction, account: event.envelope.account,
                sequence: event.envelope.sequence, trace: event.trace)
        }
        try await book.settle(news, waking: waiter, in: transaction)
    }
}

/// The projections of all that payments announces.
func transactionProjections(
    book: CheckoutBook, waiter: ReplyWaiter<TransactionID, ChargeReply>
) -> [any EventHandler] {
    [
        TransactionProjection<PaymentPending>(book: book, waiter: waiter),
        TransactionProjection<PaymentAuthorized>(book: book, waiter: waiter),
        TransactionProjection<PaymentCompleted>(book: book, waiter: waiter),
        TransactionProjection<PaymentDeclined>(book: book, waiter: waiter),
        TransactionProjection<PaymentVoided>(book: book, waiter: waiter),
        TransactionProjection<ChargebackReceived>(book: book, waiter: waiter),
        TransactionProjection<RefundCompleted>(book: book, waiter: waiter),
        TransactionProjection<RefundRejected>(book: book, waiter: waiter),
    ]
}
