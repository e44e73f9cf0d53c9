import Messaging
import Schema

/// Another service has met a shop that it does not know.
struct StoreRequestedHandler: EventHandler {
    let shops: Shops

    func handle(_ event: Received<StoreRequested>, in transaction: Transaction) async throws {
        try await shops.report(event.payload, of: event.envelope.account, in: transaction)
    }
}
