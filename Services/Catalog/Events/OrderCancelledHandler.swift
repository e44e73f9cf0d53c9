import Messaging
import Schema

/// An order was cancelled: its stock is for sale again.
struct OrderCancelledHandler: EventHandler {
    let stock: Stock

    func handle(_ event: Received<OrderCancelled>, in transaction: Transaction) async throws {
        guard event.payload.order.checkout == nil else { return }
        try await stock.release(event.payload.order.id, of: event.envelope.account, in: transaction)
    }
}
