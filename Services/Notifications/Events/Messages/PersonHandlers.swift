import Messaging
import Schema

struct PersonCreatedHandler: EventHandler {
    let projection: ConsentProjection

    func handle(_ event: Received<CustomerCreated>, in transaction: Transaction) async throws {
        try projection.save(event.payload.customer, ConsentProjection.Origin(event.envelope), in: transaction)
    }
}

struct PersonUpdatedHandler: EventHandler {
    let projection: ConsentProjection

    func handle(_ event: Received<CustomerUpdated>, in transaction: Transaction) async throws {
        try projection.save(event.payload.customer, ConsentProjection.Origin(event.envelope), in: transaction)
    }
}

/// Two people turned out to be one.
struct PeopleJoinedHandler: EventHandler {
    let projection: ConsentProjection

    func handle(_ event: Received<CustomersJoined>, in transaction: Transaction) async throws {
        let joined = event.payload
        try projection.save(joined.customer, ConsentProjection.Origin(event.envelope), in: transaction)
        projection.join(joined.joinedID, into: joined.customer.id, of: event.envelope.account, in: transaction)
    }
}

/// A person's data was deleted, or has become another's.
struct PersonDeletedHandler: EventHandler {
    let projection: ConsentProjection

    func handle(_ event: Received<CustomerDeleted>, in transaction: Transaction) async throws {
        let (person, account) = (event.payload.customerID, event.envelope.account)
        if let successor = event.payload.joinedInto {
            projection.join(person, into: successor, of: account, in: transaction)
        } else {
            projection.forget(person, of: account, in: transaction)
        }
    }
}

/// What keeps consents and people as the consent service tells of them.
func consentHandlers(_ projection: ConsentProjection) -> [any EventHandler] {
    [
        ConsentGrantedHandler(projection: projection), ConsentWithdrawnHandler(projection: projection),
        PersonCreatedHandler(projection: projection), PersonUpdatedHandler(projection: projection),
        PeopleJoinedHandler(projection: projection), PersonDeletedHandler(projection: projection),
    ]
}
