import Messaging
import Schema

/// Catalog set stock aside for an order: the order is matched.
struct StockAllocatedHandler: EventHandler {
    let book: OrderBook

    func handle(_ event: Received<StockAllocated>, in transaction: Transaction) async throws {
        try await book.match(
            event.payload.orderID, of: event.envelope.account, allocations: event.payload.allocations, in: transaction)
    }
}
