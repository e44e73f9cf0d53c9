import Schema

/// The people that one transaction deals with: who is meant by a report, who turns out to be whom, and what is to be
/// written and told of it. Without I/O; the rules are those of docs/identity.md.
///
/// Everyone that the reports may mean must be in it, by external id and by number. Reports are applied one after the
/// other: a later one meets what the earlier ones made.
struct PersonRegister: Sendable {
    /// What became of one report.
    struct Outcome: Equatable, Sendable {
        let person: Person
        /// True when the account knew the person before.
        let isMatched: Bool
    }

    /// One thing that happened to a person, with the person as it was right after.
    enum Change: Equatable, Sendable {
        case created(Person)
        case updated(Person)
        /// The second turned out to be the first.
        case joined(Person, from: Person)
        /// The person agreed to something or does so no more.
        case consented(Person, ConsentEntry)

        var person: Person {
            switch self {
            case .created(let person), .updated(let person), .joined(let person, _), .consented(let person, _): person
            }
        }
    }

    private let account: AccountID
    private let time: Timestamp
    private var people: [CustomerID: Person] = [:]
    private var byExternalID: [String: CustomerID] = [:]
    private var byNumber: [String: CustomerID] = [:]
    private var numbersBefore: [CustomerID: String] = [:]
    /// What happened, in order.
    private(set) var changes: [Change] = []

    /// The time that the next change is stamped with: each a millisecond after the one before. Clients follow changes by
    /// their time; more of one instant than a page holds would stop them.
    private var now: Timestamp { time + .milliseconds(changes.count) }

    /// - Parameter time: the database's, within the transaction.
    init(_ known: [Person], of account: AccountID, at time: Timestamp) {
        self.account = account
        self.time = time
        for person in known where people[person.id] == nil {
            insert(person)
            numbersBefore[person.id] = person.details.phoneNumber
        }
    }

    /// The people as they are to be written, once each: those who give a number up first.
    var changed: [Person] {
        Set(changes.map(\.person.id)).compactMap { people[$0] }.sorted { left, right in
            let (first, second) = (isReleasing(left), isReleasing(right))
            return first == second ? left.id < right.id : first
        }
    }

    /// Those whose number goes to somebody else in the same write: it must be taken from them first.
    var releasing: [CustomerID] {
        let taken = Set(changed.compactMap(\.details.phoneNumber))
        return changed.filter { isReleasing($0) && taken.contains(numbersBefore[$0.id] ?? "") }.map(\.id)
    }

    /// Applies what a client says of a person whom it calls by external id.
    ///
    /// - Throws: ``PhoneCollision`` when the number it insists on is that of another person with an id of their own. Then
    ///   nothing has changed.
    mutating func apply(_ report: CustomerReport) throws(PhoneCollision) -> Outcome {
        var report = report
        let named = byExternalID[report.externalID].flatMap { people[$0] }
        let holder = (report.phoneNumber?.number).flatMap { byNumber[$0] }.flatMap { people[$0] }
        guard let holder, holder.id != named?.id else { return write(report, on: named) }
        switch report.phoneNumber {
        case .firm where holder.isExternalIDGiven:
            throw PhoneCollision(id: holder.id, externalID: holder.externalID)
        case .firm:
            // Nobody gave the holder an id: it is this person, known by the number alone until now.
            guard let named else { return write(report, on: holder) }
            return write(report, on: join(holder, into: named))
        case .ifFree, nil:
            report.phoneNumber = nil
            return write(report, on: named)
        }
    }

    /// Gives a person a number that is nobody's, if they have none.
    mutating func claim(_ number: String, for id: CustomerID) {
        guard let person = people[id], byNumber[number] == nil, person.details.phoneNumber == nil else { return }
        var report = CustomerReport(externalID: person.externalID)
        report.isExternalIDGiven = person.isExternalIDGiven
        report.phoneNumber = .ifFree(number)
        _ = write(report, on: person)
    }

    /// Adds a person nobody of the register is.
    mutating func add(_ report: CustomerReport, id: CustomerID = CustomerID()) -> Person {
        let person = Person(report, id: id, of: account, at: now)
        insert(person)
        changes.append(.created(person))
        recordMail(from: nil, to: person)
        return people[person.id] ?? person
    }

    /// Gives a person without an id of a client's one.
    mutating func rename(_ person: Person, _ externalID: String) -> Person {
        change(person.id) { person, time in person.update(CustomerReport(externalID: externalID), at: time) }
        return people[person.id] ?? person
    }

    /// Adds what is missing to a person, the number only if it is nobody's.
    mutating func complete(_ id: CustomerID, with details: PersonalDetails, number: String?) {
        var details = details
        details.phoneNumber = number.flatMap { byNumber[$0] == nil ? $0 : nil }
        change(id) { person, time in person.complete(with: details, at: time) }
    }

    /// Changes a person; `change` answers whether it changed anything.
    mutating func change(_ id: CustomerID, _ change: (inout Person, Timestamp) -> Bool) {
        guard let before = people[id] else { return }
        var person = before
        guard change(&person, now) else { return }
        remove(before)
        insert(person)
        changes.append(.updated(person))
        recordMail(from: before, to: person)
    }

    /// Makes one of two. The one that stays has its own id, and all that was the other's.
    mutating func join(_ other: Person, into person: Person) -> Person {
        var joined = person
        joined.absorb(other, at: now)
        remove(other)
        remove(person)
        insert(joined)
        changes.append(.joined(joined, from: other))
        return joined
    }

    /// Writes down what a person agreed to or does so no more.
    mutating func record(_ entry: ConsentEntry) {
        guard var person = people[entry.personal.person] else { return }
        person.advance()
        people[person.id] = person
        changes.append(.consented(person, entry))
    }

    /// The person of an id, as the changes have left them.
    subscript(id: CustomerID) -> Person? { people[id] }
    /// The person whom clients call so.
    func person(externalID: String) -> Person? { byExternalID[externalID].flatMap { people[$0] } }
    /// The person whose number it is.
    func person(number: String) -> Person? { byNumber[number].flatMap { people[$0] } }

    private mutating func write(_ report: CustomerReport, on known: Person?) -> Outcome {
        guard let known else { return Outcome(person: add(report), isMatched: false) }
        change(known.id) { person, time in person.update(report, at: time) }
        return Outcome(person: people[known.id] ?? known, isMatched: true)
    }

    /// Whoever accepts marketing consents to mail at the address that is known of them.
    private mutating func recordMail(from before: Person?, to after: Person) {
        let (old, new) = (before?.marketingAddress, after.marketingAddress)
        guard old != new else { return }
        if let old { record(mailEntry(.optOut, old, of: after)) }
        if let new { record(mailEntry(.optIn, new, of: after)) }
    }

    private func mailEntry(_ kind: ConsentEntry.Kind, _ address: String, of person: Person) -> ConsentEntry {
        ConsentEntry(
            account: account, kind: kind, channel: .email, source: ConsentSource.preference, occurredAt: time,
            recordedAt: time, personal: ConsentPersonalPart(person: person.id, address: address))
    }

    private func isReleasing(_ person: Person) -> Bool {
        numbersBefore[person.id].map { $0 != person.details.phoneNumber } ?? false
    }

    private mutating func insert(_ person: Person) {
        people[person.id] = person
        byExternalID[person.externalID] = person.id
        if let number = person.details.phoneNumber { byNumber[number] = person.id }
    }

    private mutating func remove(_ person: Person) {
        people[person.id] = nil
        byExternalID[person.externalID] = nil
        if let number = person.details.phoneNumber, byNumber[number] == person.id { byNumber[number] = nil }
    }
}
