import Messaging
import Schema

/// Orders asks for money to be given back.
struct RefundRequestedHandler: EventHandler {
    let intake: PaymentIntake

    func handle(_ event: Received<RefundRequested>, in transaction: Transaction) async throws {
        try await intake.take(event, in: transaction)
    }
}
