import Messaging
import Schema

/// Catalog found no stock for an order: the order stays unmatched.
struct StockUnavailableHandler: EventHandler {
    let book: OrderBook

    func handle(_ event: Received<StockUnavailable>, in transaction: Transaction) async throws {
        try await book.leaveUnmatched(
            event.payload.orderID, of: event.envelope.account, reason: event.payload.reason, in: transaction)
    }
}
