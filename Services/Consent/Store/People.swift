import Messaging
import Postgres
import Schema

/// The only way to change people: it writes the rows and appends the events that tell of it.
struct People: Sendable {
    let store = PersonStore()
    let outbox: Outbox
    let keyring: DataKeyring

    /// What became of one report.
    struct Upserted: Sendable {
        let person: Person
        /// True when the account knew the person before.
        let isMatched: Bool
    }

    /// Creates or updates the people that the reports tell of, in their order: a later report of the same external id
    /// meets what an earlier one made. Answers one entry a report.
    func upsert(
        _ reports: [CustomerReport], of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> [Upserted] {
        let time = Timestamp.now()
        var known = try await known(reports, of: account, at: time, in: transaction)
        return try reports.map { report in
            guard var entry = known[report.externalID] else { throw PeopleError.personVanished }
            defer { known[report.externalID] = KnownPerson(person: entry.person, isNew: false) }
            if entry.isNew {
                let event = CustomerCreated(customer: try entry.person.snapshot(sealedWith: keyring))
                try append(event, of: entry.person, in: transaction)
                return Upserted(person: entry.person, isMatched: false)
            }
            if entry.person.update(report, at: time) { try save(entry.person, in: transaction) }
            return Upserted(person: entry.person, isMatched: true)
        }
    }

    /// The person behind a new customer of the checkout, added where the account knows none.
    ///
    /// Customers of the checkout are told apart by their mail address, people by the dealer's own id, so that several
    /// people may have the address of one customer. The one known first is taken, unless that is a customer already under
    /// an earlier address: a person has one customer number and keeps it. Where nobody is left, a new person is made,
    /// whose external id is the customer number: the checkout is the site that reports it. What dealers' sites said
    /// counts; the checkout adds what is missing.
    func person(
        behind details: CheckoutPerson, number: String, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Person {
        if var person = try await store.lock(withoutNumber: details.email, of: account, in: transaction) {
            if person.complete(with: details.personalDetails, at: .now()) { try save(person, in: transaction) }
            return person
        }
        let known = details.personalDetails
        let report = CustomerReport(
            externalID: number, email: known.email, name: known.name, phone: known.phone, acceptsMarketing: nil,
            metadata: nil)
        return try await upsert([report], of: account, in: transaction)[0].person
    }

    /// Adds what the checkout learnt of a person.
    func complete(
        _ id: CustomerID, with details: CheckoutPerson, of account: AccountID, in transaction: PostgresTransaction
    ) async throws {
        guard var person = try await store.lock(id, of: account, in: transaction),
            person.complete(with: details.personalDetails, at: .now())
        else { return }
        try save(person, in: transaction)
    }

    private func save(_ person: Person, in transaction: PostgresTransaction) throws {
        try store.update(person, in: transaction)
        try append(
            CustomerUpdated(customer: try person.snapshot(sealedWith: keyring)), of: person, in: transaction)
    }

    private struct KnownPerson {
        var person: Person
        let isNew: Bool
    }

    /// Everyone the reports name, by external id, added where unknown. Inserting first, in a fixed order, lets any number
    /// of writers race for the same new people without a deadlock: one adds each, the others wait and then find them.
    private func known(
        _ reports: [CustomerReport], of account: AccountID, at time: Timestamp, in transaction: PostgresTransaction
    ) async throws -> [String: KnownPerson] {
        var first: [String: CustomerReport] = [:]
        for report in reports where first[report.externalID] == nil { first[report.externalID] = report }
        let new = first.values.sorted { $0.externalID < $1.externalID }.map { Person($0, of: account, at: time) }
        let added = try await store.insert(new, in: transaction)
        var known: [String: KnownPerson] = [:]
        for person in new where added.contains(person.id) {
            known[person.externalID] = KnownPerson(person: person, isNew: true)
        }
        let rest = first.keys.filter { known[$0] == nil }
        if !rest.isEmpty {
            for person in try await store.lock(externalIDs: rest, of: account, in: transaction) {
                known[person.externalID] = KnownPerson(person: person, isNew: false)
            }
        }
        return known
    }

    private func append(_ event: some Event, of person: Person, in transaction: PostgresTransaction) throws {
        try outbox.append(
            event, subject: person.id.description, sequence: person.sequence, account: person.account, in: transaction)
    }
}

/// Why people cannot be changed.
enum PeopleError: Error {
    /// The person was there a moment ago.
    case personVanished
}
