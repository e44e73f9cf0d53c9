import Messaging
import Schema

/// Catalog tells of a store.
struct StoreCreatedHandler: EventHandler {
    let parties: KnownPartyStore

    func handle(_ event: Received<StoreCreated>, in transaction: Transaction) async throws {
        parties.save(event.payload.store, of: event.envelope.account, in: transaction)
    }
}

/// Consent tells of a person.
struct CustomerCreatedHandler: EventHandler {
    let parties: KnownPartyStore

    func handle(_ event: Received<CustomerCreated>, in transaction: Transaction) async throws {
        parties.save(
            event.payload.customer, sequence: event.envelope.sequence, of: event.envelope.account, in: transaction)
    }
}

/// A person may be called otherwise than before.
struct CustomerUpdatedHandler: EventHandler {
    let parties: KnownPartyStore

    func handle(_ event: Received<CustomerUpdated>, in transaction: Transaction) async throws {
        parties.save(
            event.payload.customer, sequence: event.envelope.sequence, of: event.envelope.account, in: transaction)
    }
}

/// Two people turned out to be one.
struct CustomersJoinedHandler: EventHandler {
    let parties: KnownPartyStore

    func handle(_ event: Received<CustomersJoined>, in transaction: Transaction) async throws {
        let account = event.envelope.account
        parties.save(event.payload.customer, sequence: event.envelope.sequence, of: account, in: transaction)
        parties.join(event.payload.joinedID, into: event.payload.customer.id, of: account, in: transaction)
    }
}

/// A person is gone; one who was joined to another is told of here too, under their own id.
struct CustomerDeletedHandler: EventHandler {
    let parties: KnownPartyStore
    var customers = CheckoutCustomerStore()

    func handle(_ event: Received<CustomerDeleted>, in transaction: Transaction) async throws {
        let account = event.envelope.account
        if let successor = event.payload.joinedInto {
            parties.join(event.payload.customerID, into: successor, of: account, in: transaction)
        } else {
            parties.delete(event.payload.customerID, of: account, in: transaction)
            try customers.forget(event.payload.customerNumbers, of: account, in: transaction)
        }
    }
}

/// Catalog has looked for a store.
struct StoreReportedHandler: EventHandler {
    let inquiries: Inquiries

    func handle(_ event: Received<StoreReported>, in transaction: Transaction) async throws {
        inquiries.answer(event.payload, of: event.envelope.account, in: transaction)
    }
}

/// Consent has looked for a person, or added them.
struct PersonReportedHandler: EventHandler {
    let inquiries: Inquiries

    func handle(_ event: Received<PersonReported>, in transaction: Transaction) async throws {
        inquiries.answer(event.payload, of: event.envelope.account, in: transaction)
    }
}
