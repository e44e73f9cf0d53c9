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
            if entry.person.update(report, at: time) {
                try store.update(entry.person, in: transaction)
                let event = CustomerUpdated(customer: try entry.person.snapshot(sealedWith: keyring))
                try append(event, of: entry.person, in: transaction)
            }
            return Upserted(person: entry.person, isMatched: true)
        }
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
