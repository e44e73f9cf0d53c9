import Messaging
import Schema

/// Orders no longer wants a charge that was not taken yet.
struct VoidRequestedHandler: EventHandler {
    let intake: PaymentIntake

    func handle(_ event: Received<VoidRequested>, in transaction: Transaction) async throws {
        try await intake.take(event, in: transaction)
    }
}
