import Messaging
import Schema

/// Orders asks for a charge: record it, and have it made once that is committed.
struct ChargeRequestedHandler: EventHandler {
    let book: TransactionBook
    let runner: PaymentRunner

    func handle(_ event: Received<ChargeRequested>, in transaction: Transaction) async throws {
        let task = try book.request(
            event.payload, of: event.envelope.account, command: event.command, in: transaction)
        transaction.afterCommit { runner.submit([task]) }
    }
}

extension Received {
    /// The payload as it came.
    var command: String { String(decoding: envelope.payload, as: UTF8.self) }
}
