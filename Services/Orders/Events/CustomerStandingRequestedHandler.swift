import Messaging
import Schema

/// The consent service asks what a customer has running.
struct CustomerStandingRequestedHandler: EventHandler {
    let standings: CustomerStandings

    func handle(_ event: Received<CustomerStandingRequested>, in transaction: Transaction) async throws {
        try await standings.report(event.payload, of: event.envelope.account, in: transaction)
    }
}
