import Messaging
import Postgres
import Schema

/// The only way to change SMS subscriptions: the consent, its entry in the ledger, the person and the events are one
/// transaction of two round trips.
struct Subscriptions: Sendable {
    let store: SubscriptionStore
    let people: People

    init(people: People) {
        store = people.subscriptions
        self.people = people
    }

    /// Records a consent.
    ///
    /// - Throws: ``ConsentRefusal``; ``PersonStore/race`` when somebody was faster, see ``repeatingRaces(_:)``.
    func accept(
        _ consent: OptIn, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> SubscriptionDesk.Result {
        try await decide(consent.phoneNumber, consent.profile, of: account, in: transaction) { desk, named in
            try desk.accept(consent, named: named)
        }
    }

    /// Withdraws consent.
    ///
    /// - Throws: ``ConsentRefusal``; ``PersonStore/race`` when somebody was faster, see ``repeatingRaces(_:)``.
    func withdraw(
        _ request: OptOut, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> SubscriptionDesk.Result {
        try await decide(request.phoneNumber, request.profile, of: account, in: transaction) { desk, named in
            try desk.withdraw(request, named: named)
        }
    }

    private func decide(
        _ number: String?, _ profile: PersonReference?, of account: AccountID, in transaction: PostgresTransaction,
        _ decision: (inout SubscriptionDesk, Person?) throws -> SubscriptionDesk.Result
    ) async throws -> SubscriptionDesk.Result {
        let concerned = try await store.lock(number: number, profile: profile, of: account, in: transaction)
        let register = PersonRegister(concerned.people, of: account, at: concerned.time)
        var desk = SubscriptionDesk(register, concerned.subscriptions, of: account, at: concerned.time)
        let named: Person? =
            switch profile {
            case .id(let id):
                if let person = register[id] {
                    person
                } else {
                    try await successor(of: id, concerned, account, in: transaction)
                }
            case .external(let text): register.person(externalID: text)
            case .nobody, nil: nil
            }
        let result = try decision(&desk, named)
        try await people.write(desk.register, of: account, in: transaction)
        try store.save(desk.changed, in: transaction)
        return result
    }

    /// Who a person turned out to be; rare enough for a round trip of its own.
    private func successor(
        of id: CustomerID, _ concerned: SubscriptionStore.Concerned, _ account: AccountID,
        in transaction: PostgresTransaction
    ) async throws -> Person? {
        try await people.store.lock(id, of: account, in: transaction).people.first.flatMap { found in
            concerned.people.first { $0.id == found.id }
        }
    }
}
