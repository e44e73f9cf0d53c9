import Messaging
import Schema

/// An order was cancelled: nothing is owed for it any more.
struct OrderCancelledHandler: EventHandler {
    let receivables: Receivables

    func handle(_ event: Received<OrderCancelled>, in transaction: Transaction) async throws {
        guard event.payload.order.checkout == nil else { return }
        try await receivables.void(event.payload.order.id, of: event.envelope.account, in: transaction)
    }
}
