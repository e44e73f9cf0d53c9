import Messaging
import Schema

/// Another service has met a person that it does not know.
struct PersonRequestedHandler: EventHandler {
    let inquiries: PersonInquiries

    func handle(_ event: Received<PersonRequested>, in transaction: Transaction) async throws {
        try await inquiries.answer(event.payload, of: event.envelope.account, in: transaction)
    }
}
