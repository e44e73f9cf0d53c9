import Messaging
import Schema

/// Orders asks for a charge: record it, and have it made.
struct ChargeRequestedHandler: EventHandler {
    let intake: PaymentIntake

    func handle(_ event: Received<ChargeRequested>, in transaction: Transaction) async throws {
        try intake.take(event, in: transaction)
    }
}
