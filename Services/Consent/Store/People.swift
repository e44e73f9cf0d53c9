import Enrichment
import Messaging
import Postgres
import Schema

/// The only way to change people: it writes the rows, the consent that goes with them, and the events that tell of it.
struct People: Sendable {
    let store: PersonStore
    let joins: PersonJoinStore
    let subscriptions: SubscriptionStore
    let ledger: ConsentLedger
    let outbox: Outbox
    let keyring: DataKeyring
    private let digest: BlacklistDigest

    init(database: PostgresDatabase, ledger: ConsentLedger, outbox: Outbox, keyring: DataKeyring) {
        store = PersonStore(database: database)
        joins = PersonJoinStore()
        subscriptions = SubscriptionStore(database: database)
        self.ledger = ledger
        self.outbox = outbox
        self.keyring = keyring
        digest = BlacklistDigest(keyring: keyring)
    }

    typealias Upserted = PersonRegister.Outcome

    /// Creates or updates the people that the reports tell of, in their order: a later report of the same external id
    /// meets what an earlier one made. Answers one entry a report; one that is refused changes nothing and spoils none of
    /// the others.
    ///
    /// Everything is read in one round trip, and written with the transaction's next one.
    /// - Throws: with a later statement `PersonStore.race`, when somebody adds one of the people meanwhile; see
    ///   ``repeatingRaces(_:)``.
    func upsert(
        _ reports: [CustomerReport], of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> [Result<Upserted, PhoneCollision>] {
        guard !reports.isEmpty else { return [] }
        let locked = try await store.lock(
            externalIDs: Set(reports.map(\.externalID)), numbers: Set(reports.compactMap(\.phoneNumber?.number)),
            of: account, in: transaction)
        var register = PersonRegister(locked.people, of: account, at: locked.time)
        let outcomes = reports.map { report in
            Result { () throws(PhoneCollision) in try register.apply(report) }
        }
        try await write(register, of: account, in: transaction)
        return outcomes
    }

    /// The person behind a new customer of the checkout, added where the account knows none.
    ///
    /// Customers of the checkout are told apart by their mail address, people by the clients' own id, so that several
    /// people may have the address of one customer. The one known first is taken, unless that is a customer already under
    /// an earlier address: a person has one customer number and keeps it. Where no address fits, whoever has the
    /// customer's telephone number and no other address is taken. Where nobody is left, a new person is made,
    /// whose external id is the customer number until a client gives one. What clients said counts; the checkout adds what
    /// is missing.
    func person(
        behind details: CheckoutPerson, number: String, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Person {
        let phoneNumber = details.phoneNumber
        let locked = try await store.lock(
            withoutCustomer: details.email, number: phoneNumber, of: account, in: transaction)
        if let person = locked.people.first {
            return try await complete(person, with: details, of: account, in: transaction)
        }
        let known = details.personalDetails
        var report = CustomerReport(externalID: number, email: known.email, name: known.name, phone: known.phone)
        report.isExternalIDGiven = false
        report.firstName = known.firstName
        report.lastName = known.lastName
        report.phoneNumber = phoneNumber.map(PhoneClaim.ifFree)
        return try await upsert([report], of: account, in: transaction)[0].get().person
    }

    /// Adds what the checkout learnt of a person.
    func complete(
        _ id: CustomerID, with details: CheckoutPerson, of account: AccountID, in transaction: PostgresTransaction
    ) async throws {
        guard let person = try await store.lock(id, of: account, in: transaction).people.first else { return }
        _ = try await complete(person, with: details, of: account, in: transaction)
    }

    /// Adds what is missing to a person who is locked already.
    private func complete(
        _ person: Person, with details: CheckoutPerson, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Person {
        let numbers = details.phoneNumber.map { [$0] } ?? []
        let locked = try await store.lock(
            externalIDs: [person.externalID], numbers: numbers, of: account, in: transaction)
        var register = PersonRegister(locked.people, of: account, at: locked.time)
        register.complete(person.id, with: details.personalDetails, number: numbers.first)
        try await write(register, of: account, in: transaction)
        return register[person.id] ?? person
    }

    /// Changes one person; `change` answers whether it changed anything. Answers nil if there is no such person.
    func change(
        _ reference: PersonReference, of account: AccountID, in transaction: PostgresTransaction,
        _ change: (inout Person, Timestamp) -> Bool
    ) async throws -> Person? {
        let locked = try await lock(reference, of: account, in: transaction)
        guard let person = locked.people.first else { return nil }
        var register = PersonRegister(locked.people, of: account, at: locked.time)
        register.change(person.id, change)
        try await write(register, of: account, in: transaction)
        return register[person.id]
    }

    /// Deletes a person and all that is kept of them, and tells everybody to do so too. The consent ledger keeps entries
    /// that nobody can link to a person any more. Answers false if there is no such person.
    func delete(
        _ reference: PersonReference, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Bool {
        let locked = try await lock(reference, of: account, in: transaction)
        guard var person = locked.people.first else { return false }
        let numbers = try await joins.eraseCustomers(of: person.id, account: account, in: transaction)
        subscriptions.delete(of: person.id, account: account, in: transaction)
        ledger.forget(person.id, of: account, in: transaction)
        store.forgetJoins(into: person.id, of: account, in: transaction)
        store.delete(person.id, of: account, in: transaction)
        person.advance()
        let event = CustomerDeleted(customerID: person.id, customerNumbers: numbers, deletedAt: locked.time)
        try outbox.append([try envelope(event, of: person)], in: transaction)
        return true
    }

    /// The person whom a client means, locked until the transaction ends.
    func lock(
        _ reference: PersonReference, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> PersonStore.Locked {
        switch reference {
        case .id(let id): try await store.lock(id, of: account, in: transaction)
        case .external(let text):
            try await store.lock(externalIDs: [text], numbers: [], of: account, in: transaction).givenOnly
        case .nobody: PersonStore.Locked(time: .now(), people: [])
        }
    }

    /// Writes what has happened in a register: rows, entries of the ledger and events, in one go.
    func write(_ register: PersonRegister, of account: AccountID, in transaction: PostgresTransaction) async throws {
        guard !register.changes.isEmpty else { return }
        var events: [EventEnvelope] = []
        var entries: [ConsentEntry] = []
        for change in register.changes {
            switch change {
            case .created(let person):
                let event = CustomerCreated(customer: try person.snapshot(sealedWith: keyring))
                events.append(try envelope(event, of: person))
            case .updated(let person):
                let event = CustomerUpdated(customer: try person.snapshot(sealedWith: keyring))
                events.append(try envelope(event, of: person))
            case .joined(let person, let other):
                events += try await move(other, to: person, in: transaction)
            case .consented(let person, let entry):
                entries.append(entry)
                events.append(try envelope(for: entry, of: person))
            }
        }
        try store.save(register.changed, releasing: register.releasing, of: account, in: transaction)
        try ledger.append(entries, in: transaction)
        try outbox.append(events, in: transaction)
    }

    /// Gives a person all that was another's, who is no more, and answers what there is to tell of it.
    private func move(
        _ other: Person, to person: Person, in transaction: PostgresTransaction
    ) async throws -> [EventEnvelope] {
        let account = person.account
        let numbers = try await joins.moveCustomers(of: other.id, to: person.id, account: account, in: transaction)
        subscriptions.move(from: other.id, to: person.id, of: account, in: transaction)
        ledger.move(from: other.id, to: person.id, of: account, in: transaction)
        store.noteJoin(of: other.id, into: person.id, of: account, in: transaction)
        store.delete(other.id, of: account, in: transaction)
        var gone = other
        gone.advance()
        let joined = CustomersJoined(
            customer: try person.snapshot(sealedWith: keyring), joinedID: other.id, customerNumbers: numbers)
        let deleted = CustomerDeleted(
            customerID: other.id, customerNumbers: numbers, joinedInto: person.id, deletedAt: person.updatedAt)
        return [try envelope(joined, of: person), try envelope(deleted, of: gone)]
    }

    private func envelope(for entry: ConsentEntry, of person: Person) throws -> EventEnvelope {
        let address = entry.personal.address
        let kind: BlacklistDigest.Kind = entry.channel == .sms ? .phone : .email
        let statement = ConsentStatement(
            entryID: entry.id, customerID: person.id, channel: ConsentChannel(rawValue: entry.channel.rawValue),
            purpose: entry.purpose.rawValue, source: entry.source, occurredAt: entry.occurredAt,
            address: try keyring.seal(address), addressDigest: digest.entry(kind, address)?.digest ?? "",
            termsVersion: entry.personal.proof?.termsVersion)
        return switch entry.kind {
        case .optIn: try envelope(ConsentGranted(consent: statement), of: person)
        case .optOut: try envelope(ConsentWithdrawn(consent: statement), of: person)
        }
    }

    private func envelope(_ event: some Event, of person: Person) throws -> EventEnvelope {
        try EventEnvelope(
            event, from: outbox.service, subject: person.id.description, sequence: person.sequence,
            account: person.account)
    }
}

extension PersonStore.Locked {
    /// Without those whom no client gave an id.
    fileprivate var givenOnly: Self { Self(time: time, people: people.filter(\.isExternalIDGiven)) }
}
