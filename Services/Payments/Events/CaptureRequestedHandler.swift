import Messaging
import Schema

/// Orders asks for the capture of what the buyer has approved.
struct CaptureRequestedHandler: EventHandler {
    let book: TransactionBook
    let runner: PaymentRunner

    func handle(_ event: Received<CaptureRequested>, in transaction: Transaction) async throws {
        let task = try await book.request(
            event.payload, of: event.envelope.account, command: event.command, in: transaction)
        if let task { transaction.afterCommit { runner.submit([task]) } }
    }
}
