import Edge
import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Consent

/// Who a customer of the checkout turns out to be, in the database.
@Suite struct CheckoutCustomersTests {
    private let account = AccountID()
    private let keyring: DataKeyring

    init() throws {
        keyring = try DataKeyring("k1:" + DataKeyring.generateKey())
    }

    private struct Registry {
        let database: PostgresDatabase
        let people: People
        let customers: CheckoutCustomers
    }

    private func withRegistry(_ body: (Registry) async throws -> Void) async throws {
        try await TestDatabase.with(migrations: ConsentService.allMigrations) { database, _ in
            let people = People(
                database: database, ledger: ConsentLedger(database: database),
                outbox: Outbox(service: .consent, signal: WakeSignal()), keyring: keyring)
            let customers = CheckoutCustomers(
                store: CheckoutCustomerStore(database: database), people: people, keyring: keyring)
            try await body(Registry(database: database, people: people, customers: customers))
        }
    }

    private func report(
        _ externalID: String, email: String?, name: String? = nil, to registry: Registry
    ) async throws -> CustomerID {
        let report = CustomerReport(
            externalID: externalID, email: email, name: name, phone: nil, acceptsMarketing: true, metadata: nil)
        return try await registry.database.withTransaction {
            try await registry.people.upsert([report], of: account, in: $0)[0].get().person.id
        }
    }

    /// Takes in a customer and answers who it is.
    private func meet(
        _ email: String, _ number: String, id: CustomerID = CustomerID(), phone: String? = nil, isNew: Bool = true,
        in registry: Registry
    ) async throws -> CheckoutCustomer {
        let person = CheckoutPerson(email: email, firstName: "Ada", lastName: "Lovelace", phone: phone)
        let saved = CheckoutCustomerSaved(customerID: id, customerNumber: number, person: try keyring.seal(person))
        try await registry.database.withTransaction {
            try await registry.customers.save(saved, of: account, isNew: isNew, in: $0)
        }
        return try #require(try await registry.customers.customer(CustomerKey(account: account, number: number)))
    }

    private func person(_ id: CustomerID, in registry: Registry) async throws -> Person {
        try await registry.database.withTransaction {
            try #require(try await registry.people.store.lock(id, of: account, in: $0).people.first)
        }
    }

    @Test func aCustomerIsThePersonWithThatAddress() async throws {
        try await withRegistry { registry in
            let known = try await report("7", email: "Ada@Example.com", name: "A. Lovelace", to: registry)
            let customer = try await meet("ada@example.com", "CUST-1", phone: "+15125550100", in: registry)
            #expect(customer.person == known)
            let person = try await person(known, in: registry)
            #expect(person.details.name == "A. Lovelace", "what the dealer's site said counts")
            #expect(person.details.phone == "+15125550100", "what it left out is added")
            #expect(person.acceptsMarketing)
            #expect(person.sequence == 3, "created, consent to mail, updated")
        }
    }

    @Test func anUnknownCustomerIsANewPerson() async throws {
        try await withRegistry { registry in
            let customer = try await meet("ada@example.com", "CUST-1", in: registry)
            let person = try await person(try #require(customer.person), in: registry)
            #expect(person.externalID == "CUST-1")
            #expect(!person.isExternalIDGiven)
            #expect(
                person.details
                    == PersonalDetails(
                        email: "ada@example.com", name: "Ada Lovelace", firstName: "Ada", lastName: "Lovelace"))
            #expect(!person.acceptsMarketing)
        }
    }

    @Test func ofSeveralPeopleTheFirstKnownIsTaken() async throws {
        try await withRegistry { registry in
            let first = try await report("1", email: "ada@example.com", to: registry)
            _ = try await report("2", email: "ada@example.com", to: registry)
            #expect(try await meet("ada@example.com", "CUST-1", in: registry).person == first)
        }
    }

    @Test func aPersonKeepsTheirNumber() async throws {
        try await withRegistry { registry in
            let known = try await report("1", email: "ada@example.com", to: registry)
            #expect(try await meet("ada@example.com", "CUST-1", in: registry).person == known)
            _ = try await report("1", email: "countess@example.com", to: registry)
            let other = try await meet("countess@example.com", "CUST-2", in: registry)
            #expect(other.person != known)
            #expect(try await person(try #require(other.person), in: registry).externalID == "CUST-2")
        }
    }

    @Test func whatTheCheckoutLearnsIsKept() async throws {
        try await withRegistry { registry in
            let id = CustomerID()
            let before = try await meet("ada@example.com", "CUST-1", id: id, in: registry)
            let after = try await meet(
                "ada@example.com", "CUST-1", id: id, phone: "+15125550100", isNew: false, in: registry)
            #expect(after.person == before.person)
            #expect(after.details.phone == "+15125550100")
            #expect(try await person(try #require(after.person), in: registry).details.phone == "+15125550100")
            // An order without a telephone number takes nothing away: a ban must still know it.
            let later = try await meet("ada@example.com", "CUST-1", id: id, isNew: false, in: registry)
            #expect(later.details.phone == "+15125550100")
        }
    }

    /// Whose request was given up before the checkout answered can ask again, and hears of the same ban.
    @Test func whatIsNotInForceYetCanBeAskedForAgain() async throws {
        try await withRegistry { registry in
            let customer = try await meet("ada@example.com", "CUST-1", in: registry)
            let blacklist = Blacklist(
                database: registry.database, customers: registry.customers.store,
                outbox: Outbox(service: .consent, signal: WakeSignal()), keyring: keyring)
            let terms = BlacklistTerms(
                kinds: [.email], reason: "fraud", cancelSubscriptions: true, cancelFulfillments: true)
            func apply(_ ban: Blacklisting) async throws {
                let applied = BlacklistApplied(
                    blacklistingID: ban.id, customerNumber: ban.customerNumber,
                    cancelledSubscriptions: ban.sequence == 1 ? ["SUB-1"] : [], cancelledFulfillments: [])
                try await registry.database.withTransaction {
                    blacklist.apply(applied, sequence: ban.sequence, of: account, in: $0)
                }
            }
            func impose() async throws -> Blacklisting {
                try await registry.database.withTransaction { try await blacklist.ban(customer, terms, in: $0) }
            }
            func lift() async throws -> Blacklisting {
                try await registry.database.withTransaction {
                    try await blacklist.lift(customer, reason: "reversal", in: $0)
                }
            }
            let ban = try await impose()
            #expect(try await impose().id == ban.id)
            try await apply(ban)
            await #expect(throws: RequestError.self) { try await impose() }

            let pardon = try await lift()
            #expect(pardon.id == ban.id)
            #expect(try await lift().sequence == 2)
            try await apply(pardon)
            await #expect(throws: RequestError.self) { try await lift() }
            let latest = try #require(try await blacklist.store.latest(of: customer))
            #expect(latest.cancelledSubscriptions == ["SUB-1"])
            #expect(!latest.isActive)
        }
    }
}
