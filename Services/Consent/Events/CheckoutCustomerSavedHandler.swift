import Messaging
import Schema

/// The checkout met a customer or learnt something of one: keep the person.
struct CheckoutCustomerSavedHandler: EventHandler {
    let customers: CheckoutCustomers

    func handle(_ event: Received<CheckoutCustomerSaved>, in transaction: Transaction) async throws {
        try await customers.save(
            event.payload, of: event.envelope.account, isNew: event.envelope.sequence == 1, in: transaction)
    }
}
