import Messaging
import Schema

/// Orders asks for money to be given back.
struct RefundRequestedHandler: EventHandler {
    let book: TransactionBook
    let runner: PaymentRunner

    func handle(_ event: Received<RefundRequested>, in transaction: Transaction) async throws {
        let task = try await book.request(
            event.payload, of: event.envelope.account, command: event.command, in: transaction)
        if let task { transaction.afterCommit { runner.submit([task]) } }
    }
}
