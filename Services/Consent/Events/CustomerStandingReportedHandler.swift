import Messaging
import Schema

/// The orders service says what a customer has running: whoever asked can be told.
struct CustomerStandingReportedHandler: EventHandler {
    let checks: StandingChecks

    func handle(_ event: Received<CustomerStandingReported>, in transaction: Transaction) async throws {
        checks.answer(event.payload, of: event.envelope.account, in: transaction)
    }
}
