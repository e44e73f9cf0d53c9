import Messaging
import Schema

/// An order was placed: record what it is worth. That of a checkout is paid already: its charge is the money.
struct OrderPlacedHandler: EventHandler {
    let receivables: Receivables

    func concerns(_ envelope: EventEnvelope) -> Bool { !OrderPlaced.isOfCheckout(envelope) }

    func handle(_ event: Received<OrderPlaced>, in transaction: Transaction) async throws {
        guard event.payload.order.checkout == nil else { return }
        try receivables.record(event.payload.order, of: event.envelope.account, in: transaction)
    }
}
