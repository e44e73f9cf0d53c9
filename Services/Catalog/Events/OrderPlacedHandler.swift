import Messaging
import Schema

/// An order was placed: match it to listings.
struct OrderPlacedHandler: EventHandler {
    let stock: Stock

    func handle(_ event: Received<OrderPlaced>, in transaction: Transaction) async throws {
        try await stock.allocate(event.payload.order, of: event.envelope.account, in: transaction)
    }
}
