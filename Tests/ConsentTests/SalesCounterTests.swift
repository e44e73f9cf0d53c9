import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Consent

/// What people have bought, as orders tells of it.
@Suite struct SalesCounterTests {
    @Test func salesOfAMomentChangeTheirBuyerOnce() async throws {
        try await Crowd.with { crowd in
            let buyer = try await crowd.add("crm-1")
            let other = try await crowd.add("crm-2")
            try await crowd.sell(buyer, 12_500, day: 2)
            try await crowd.sell(buyer, 2_500, .return, day: 3)
            try await crowd.sell(buyer, 700, in: .usd, day: 1)
            try await crowd.sell(nil, 9_999, day: 1)
            #expect(try await crowd.counter.countOnce() == 3)
            #expect(try await crowd.counter.countOnce() == 0)

            let summary = try #require(try await crowd.sales(of: buyer))
            #expect(summary.purchases == 2)
            #expect(summary.returns == 1)
            #expect(
                summary.totals == [
                    SalesTotal(currency: .eur, purchased: 12_500, returned: 2_500),
                    SalesTotal(currency: .usd, purchased: 700, returned: 0),
                ])
            #expect(summary.firstPurchaseAt == Crowd.day(1))
            #expect(summary.lastPurchaseAt == Crowd.day(2))
            #expect(try await crowd.sales(of: other) == nil)
            // One event, the person's next, carries it.
            let told = try await crowd.updates(of: buyer)
            #expect(told.map(\.sequence) == [2])
            #expect(told[0].event.customer.sales == summary)

            try await crowd.sell(buyer, 1, day: 4)
            #expect(try await crowd.counter.countOnce() == 1)
            #expect(try await crowd.sales(of: buyer)?.purchases == 3)
            #expect(try await crowd.sales(of: buyer)?.lastPurchaseAt == Crowd.day(4))
        }
    }

    @Test func severalCountersCountEachSaleOnce() async throws {
        try await Crowd.with { crowd in
            var buyers: [CustomerID] = []
            for number in 1...5 { buyers.append(try await crowd.add("crm-\(number)")) }
            for number in 0..<1_200 { try await crowd.sell(buyers[number % 5], 1, day: 1) }
            let counted = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for _ in 0..<4 {
                    tasks.addTask {
                        var counted = 0
                        while true {
                            let count = try await repeatingRaces { try await crowd.counter.countOnce() }
                            if count == 0 { return counted }
                            counted += count
                        }
                    }
                }
                return try await tasks.reduce(0, +)
            }
            #expect(counted == 1_200)
            for buyer in buyers { #expect(try await crowd.sales(of: buyer)?.purchases == 240) }
            for buyer in buyers {
                let sequences = try await crowd.updates(of: buyer).map(\.sequence)
                #expect(sequences == Array(2..<(2 + Int64(sequences.count))))
            }
        }
    }

    @Test func salesFollowWhoTurnedOutToBeSomebodyElse() async throws {
        try await Crowd.with { crowd in
            let stays = try await crowd.add("crm-1")
            let goes = try await crowd.add("crm-2")
            try await crowd.sell(stays, 100, day: 1)
            // In the queue before the two are joined, and reported under the old id after it.
            try await crowd.sell(goes, 10, day: 2)
            try await crowd.database.withTransaction { transaction in
                let ids = [stays, goes].sorted()
                let locked = try await crowd.people.store.lock(ids, of: crowd.account, in: transaction)
                var register = PersonRegister(locked.people, of: crowd.account, at: locked.time)
                let first = try #require(register[stays])
                let second = try #require(register[goes])
                _ = register.join(second, into: first)
                try await crowd.people.write(register, of: crowd.account, in: transaction)
            }
            try await crowd.sell(goes, 1, day: 3)
            #expect(try await crowd.counter.countOnce() == 3)
            #expect(try await crowd.sales(of: stays)?.totals.map(\.purchased) == [111])
        }
    }

    @Test func whatIsNobodysCountsForNobody() async throws {
        try await Crowd.with { crowd in
            let deleted = try await crowd.add("crm-1")
            let foreign = try await crowd.add("crm-2")
            try await crowd.sell(deleted, 1, day: 1)
            try await crowd.sell(foreign, 1, day: 1, of: AccountID())
            try await crowd.database.withTransaction { transaction in
                _ = try await crowd.people.delete(.id(deleted), of: crowd.account, in: transaction)
            }
            #expect(try await crowd.counter.countOnce() == 2)
            #expect(try await crowd.sales(of: deleted) == nil)
            #expect(try await crowd.sales(of: foreign) == nil)
            #expect(try await crowd.counter.countOnce() == 0)
        }
    }
}

/// Who people are, when orders asks.
@Suite struct PersonInquiriesTests {
    @Test func peopleAreFoundByEitherIDAndAddedOnlyWhereAsked() async throws {
        try await Crowd.with { crowd in
            let known = try await crowd.add("crm-1")
            #expect(try await crowd.ask(known, nil) == PersonAnswer(known, "crm-1"))
            #expect(try await crowd.ask(nil, "crm-1", adds: true) == PersonAnswer(known, "crm-1"))
            #expect(try await crowd.ask(CustomerID(), nil) == PersonAnswer(nil, nil))
            #expect(try await crowd.ask(nil, "crm-2") == PersonAnswer(nil, nil))
            // Not those of another account.
            #expect(try await crowd.ask(known, nil, as: AccountID()) == PersonAnswer(nil, nil))
            #expect(try await crowd.ask(nil, "crm-1", as: AccountID()) == PersonAnswer(nil, nil))

            let added = try await crowd.ask(nil, "crm-2", adds: true)
            #expect(added.externalID == "crm-2")
            #expect(try await crowd.ask(nil, "crm-2", adds: true) == added)
            let created = try await crowd.database.query(
                "SELECT count(*) AS count FROM outbox WHERE type = \(CustomerCreated.type)")
            #expect(try created[0]["count"] == 2)
        }
    }

    @Test func inquiriesThatRaceAddOnePerson() async throws {
        try await Crowd.with { crowd in
            let answers = try await withThrowingTaskGroup(of: PersonAnswer.self) { tasks in
                for _ in 0..<8 {
                    tasks.addTask { try await repeatingRaces { try await crowd.ask(nil, "crm-1", adds: true) } }
                }
                return try await tasks.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(answers.count == 1)
            #expect(answers.first?.id != nil)
        }
    }

    @Test func anIDFromBeforeAJoinFindsWhoItIsNow() async throws {
        try await Crowd.with { crowd in
            let stays = try await crowd.add("crm-1")
            let goes = CustomerID()
            try await crowd.database.withTransaction { transaction in
                crowd.people.store.noteJoin(of: goes, into: stays, of: crowd.account, in: transaction)
            }
            #expect(try await crowd.ask(goes, nil) == PersonAnswer(stays, "crm-1"))
        }
    }
}

/// What an inquiry brought.
private struct PersonAnswer: Hashable, Sendable {
    let id: CustomerID?
    let externalID: String?

    init(_ id: CustomerID?, _ externalID: String?) {
        self.id = id
        self.externalID = externalID
    }
}

/// People of one account in a database of their own.
private struct Crowd: Sendable {
    let database: PostgresDatabase
    let people: People
    let counter: SalesCounter
    let account = AccountID()

    static func with(_ body: (Crowd) async throws -> Void) async throws {
        try await TestDatabase.with(migrations: ConsentService.allMigrations) { database, _ in
            let people = People(
                database: database, ledger: ConsentLedger(database: database),
                outbox: Outbox(service: .consent, signal: WakeSignal()),
                keyring: try DataKeyring("k1:" + DataKeyring.generateKey()))
            try await body(
                Crowd(
                    database: database, people: people, counter: SalesCounter(database: database, people: people)))
        }
    }

    static func day(_ day: Int64) -> Timestamp { Timestamp(microseconds: day * 86_400_000_000) }

    func add(_ externalID: String) async throws -> CustomerID {
        try await database.withTransaction { transaction in
            let report = CustomerReport(externalID: externalID)
            return try await people.upsert([report], of: account, in: transaction)[0].get().person.id
        }
    }

    func sell(
        _ buyer: CustomerID?, _ amount: Int64, _ type: SaleType = .purchase, in currency: Currency = .eur, day: Int64,
        of other: AccountID? = nil
    ) async throws {
        var event = SaleRecorded.example
        event.sale.customerID = buyer
        event.sale.type = type
        event.sale.total = Money(minorUnits: amount, currency: currency)
        event.sale.occurredAt = Self.day(day)
        let envelope = try EventEnvelope(
            event, from: .orders, subject: "sale", sequence: 1, account: other ?? account)
        let received = Received(envelope: envelope, payload: event)
        try await database.withTransaction { transaction in
            try await SaleRecordedHandler(counter: counter).handle(received, in: transaction)
        }
    }

    func sales(of person: CustomerID) async throws -> SalesSummary? {
        try await database.query("SELECT sales FROM people WHERE id = \(person)").first
            .flatMap { try $0["sales", as: String?.self] }.map { try JSON.decode(from: $0) }
    }

    /// The person's `CustomerUpdated` with their sequences, in order.
    func updates(of person: CustomerID) async throws -> [(sequence: Int64, event: CustomerUpdated)] {
        try await database.query(
            """
            SELECT sequence, payload FROM outbox WHERE subject = \(person.description) AND type = \(CustomerUpdated.type)
            ORDER BY position
            """
        ).map { (try $0["sequence"], try JSON.decode(from: $0["payload", as: String.self])) }
    }

    func ask(
        _ id: CustomerID?, _ externalID: String?, adds: Bool = false, as other: AccountID? = nil
    ) async throws -> PersonAnswer {
        let asked = PersonRequested(
            inquiryID: InquiryID(), customerID: id, externalID: externalID, addsUnknown: adds)
        try await database.withTransaction { transaction in
            try await PersonInquiries(people: people).answer(asked, of: other ?? account, in: transaction)
        }
        let rows = try await database.query(
            "SELECT payload FROM outbox WHERE subject = \(asked.inquiryID.description)")
        let reported = try JSON.decode(PersonReported.self, from: rows[0]["payload", as: String.self])
        return PersonAnswer(reported.customerID, reported.externalID)
    }
}
