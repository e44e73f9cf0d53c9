import Messaging
import Schema

/// An order was placed: record what it is worth.
struct OrderPlacedHandler: EventHandler {
    let receivables: Receivables

    func handle(_ event: Received<OrderPlaced>, in transaction: Transaction) async throws {
        try receivables.record(event.payload.order, of: event.envelope.account, in: transaction)
    }
}
