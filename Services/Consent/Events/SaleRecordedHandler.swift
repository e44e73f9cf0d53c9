import Messaging
import Schema

/// A point of sale has reported what somebody bought or brought back.
struct SaleRecordedHandler: EventHandler {
    let counter: SalesCounter

    func handle(_ event: Received<SaleRecorded>, in transaction: Transaction) async throws {
        counter.queue(event.payload.sale, of: event.envelope.account, in: transaction)
    }
}
