import Schema

/// Decides what an opt-in or opt-out does, from all that is known of the people and the number. Without I/O.
struct SubscriptionDesk: Sendable {
    /// Who it may be about, and what changes of them.
    private(set) var register: PersonRegister
    private let account: AccountID
    /// The database's clock.
    private let time: Timestamp
    /// All subscriptions of these people.
    private var subscriptions: [SMSSubscription]
    /// The subscriptions that are to be written.
    private(set) var changed: [SMSSubscription] = []

    /// What a request led to.
    struct Result: Sendable {
        let subscription: SMSSubscription
        let person: Person
        let state: SubscriptionState
    }

    init(_ register: PersonRegister, _ subscriptions: [SMSSubscription], of account: AccountID, at time: Timestamp) {
        self.register = register
        self.subscriptions = subscriptions
        self.account = account
        self.time = time
    }

    // MARK: Opt-in

    /// Records a consent.
    ///
    /// - Parameter named: the person whom the consent's profile id means, if there is one.
    mutating func accept(_ consent: OptIn, named: Person?) throws(ConsentRefusal) -> Result {
        let onNumber = subscriptions.filter { $0.phoneNumber == consent.phoneNumber }
        let active = onNumber.first(where: \.isActive)
        if active == nil, let given = consent.consentedAt,
            let withdrawn = onNumber.compactMap(\.unsubscribedAt).max(), given < withdrawn
        {
            throw .withdrawnSince(withdrawn)
        }
        let latest = SMSSubscription.current(of: onNumber)
        let person = try person(for: consent, named: named, active: active, latest: latest)
        let known = subscriptions.filter { $0.phoneNumber == consent.phoneNumber && $0.person == person.id }
        guard let existing = SMSSubscription.current(of: known) else {
            let new = SMSSubscription(
                id: SMSSubscriptionID(), account: account, person: person.id, phoneNumber: consent.phoneNumber,
                source: consent.source, consentedAt: consent.consentedAt ?? time, proof: consent.proof)
            return try write(new, .created)
        }
        if existing.covers(consent) {
            return Result(subscription: existing, person: person, state: .alreadySubscribed)
        }
        var renewed = existing
        renewed.source = consent.source
        renewed.consentedAt = consent.consentedAt ?? max(time, existing.consentedAt)
        renewed.proof = consent.proof
        renewed.unsubscribedAt = nil
        return try write(renewed, .updated)
    }

    /// Whose consent it is: found, made, or one of two who turn out to be one.
    private mutating func person(
        for consent: OptIn, named: Person?, active: SMSSubscription?, latest: SMSSubscription?
    ) throws(ConsentRefusal) -> Person {
        let holder = active.flatMap { register[$0.person] }
        switch consent.profile {
        case nil:
            let owner = register.person(number: consent.phoneNumber)
            let person = holder ?? owner ?? latest.flatMap { register[$0.person] }
            return person ?? unnamed(consent.phoneNumber)
        case .id, .nobody:
            guard let named else { throw .unknownProfile }
            return try attach(consent.phoneNumber, heldBy: holder, to: named)
        case .external(let name):
            if let named {
                let person = named.isExternalIDGiven ? named : register.rename(named, name)
                return try attach(consent.phoneNumber, heldBy: holder, to: person)
            }
            guard let holder else { return make(name, with: consent.phoneNumber) }
            // The number was all that was known of the holder.
            guard !holder.isExternalIDGiven else { throw .activeElsewhere(holder.id) }
            return register.rename(holder, name)
        }
    }

    /// Makes sure that a consent on the number can be the person's, and makes the number theirs if they have none.
    private mutating func attach(
        _ number: String, heldBy holder: Person?, to person: Person
    ) throws(ConsentRefusal) -> Person {
        if let holder, holder.id != person.id {
            guard person.isExternalIDGiven, !holder.isExternalIDGiven else { throw .activeElsewhere(holder.id) }
            return join(holder, into: person)
        }
        if let other = register.person(number: number), other.id != person.id {
            guard person.isExternalIDGiven, !other.isExternalIDGiven, person.details.phoneNumber == nil else {
                return person
            }
            return join(other, into: person)
        }
        register.claim(number, for: person.id)
        return register[person.id] ?? person
    }

    private mutating func join(_ other: Person, into person: Person) -> Person {
        for index in subscriptions.indices where subscriptions[index].person == other.id {
            subscriptions[index].person = person.id
        }
        return register.join(other, into: person)
    }

    /// A person whom nobody has given an id.
    private mutating func unnamed(_ number: String) -> Person {
        let id = CustomerID()
        var report = CustomerReport(externalID: id.description)
        report.isExternalIDGiven = false
        report.phoneNumber = .ifFree(number)
        return register.add(report, id: id)
    }

    /// The person of a client's id that is new. The number is theirs too, unless it is somebody else's.
    private mutating func make(_ name: String, with number: String) -> Person {
        var report = CustomerReport(externalID: name)
        report.phoneNumber = .firm(number)
        if let outcome = try? register.apply(report) { return outcome.person }
        report.phoneNumber = nil
        return register.add(report)
    }

    // MARK: Opt-out

    /// Withdraws consent: on the number for everybody, and on all numbers of the person.
    ///
    /// - Parameter named: the person whom the profile id means, if there is one.
    mutating func withdraw(_ request: OptOut, named: Person?) throws(ConsentRefusal) -> Result {
        let matching = subscriptions.filter { $0.phoneNumber == request.phoneNumber || $0.person == named?.id }
        let active = matching.filter(\.isActive)
        guard !active.isEmpty else {
            guard let latest = preferred(of: matching, request, named), let person = register[latest.person] else {
                throw .unknownSubscription
            }
            return Result(subscription: latest, person: person, state: .alreadyOptedOut)
        }
        var results: [Result] = []
        for var subscription in active {
            subscription.unsubscribedAt = max(time, subscription.consentedAt)
            results.append(try write(subscription, .optedOut, reason: request.reason, source: request.source))
        }
        let shown = preferred(of: results.map(\.subscription), request, named)
        guard let result = results.first(where: { $0.subscription == shown }) else { throw .unknownSubscription }
        return result
    }

    /// The subscription that answers a request: that of the person and number asked for, as far as there is one.
    private func preferred(
        of subscriptions: [SMSSubscription], _ request: OptOut, _ named: Person?
    ) -> SMSSubscription? {
        let onNumber = subscriptions.filter { $0.phoneNumber == request.phoneNumber }
        let pool = onNumber.isEmpty ? subscriptions : onNumber
        let own = pool.filter { $0.person == named?.id }
        return SMSSubscription.current(of: own.isEmpty ? pool : own)
    }

    // MARK: Writing

    private mutating func write(
        _ subscription: SMSSubscription, _ state: SubscriptionState, reason: String? = nil, source: String? = nil
    ) throws(ConsentRefusal) -> Result {
        guard let person = register[subscription.person] else { throw .unknownSubscription }
        changed.append(subscription)
        let personal = ConsentPersonalPart(
            person: subscription.person, address: subscription.phoneNumber,
            proof: subscription.isActive ? subscription.proof : nil, reason: reason)
        register.record(
            ConsentEntry(
                account: account, kind: subscription.isActive ? .optIn : .optOut, channel: .sms,
                source: source ?? subscription.source,
                occurredAt: subscription.unsubscribedAt ?? subscription.consentedAt, recordedAt: time,
                personal: personal))
        return Result(subscription: subscription, person: register[person.id] ?? person, state: state)
    }
}
