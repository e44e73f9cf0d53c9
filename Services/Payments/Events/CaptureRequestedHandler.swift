import Messaging
import Schema

/// Orders asks for the capture of what the buyer has approved.
struct CaptureRequestedHandler: EventHandler {
    let intake: PaymentIntake

    func handle(_ event: Received<CaptureRequested>, in transaction: Transaction) async throws {
        try await intake.take(event, in: transaction)
    }
}
