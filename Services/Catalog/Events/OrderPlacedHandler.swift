import Messaging
import Schema

/// An order was placed: match it to listings. What the checkout sells has no stock.
struct OrderPlacedHandler: EventHandler {
    let stock: Stock

    func concerns(_ envelope: EventEnvelope) -> Bool { !OrderPlaced.isOfCheckout(envelope) }

    func handle(_ event: Received<OrderPlaced>, in transaction: Transaction) async throws {
        guard event.payload.order.checkout == nil else { return }
        try await stock.allocate(event.payload.order, of: event.envelope.account, in: transaction)
    }
}
