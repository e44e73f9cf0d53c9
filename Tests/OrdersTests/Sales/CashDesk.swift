import Edge
import FoundationEssentials
import Messaging
import Postgres
import Schema
import ServiceKit
import Synchronization
import TestKit
import Testing

@testable import Orders

/// The routes of sales over a database of their own, beside stand-ins for catalog and consent that answer inquiries.
struct CashDesk: Sendable {
    let database: PostgresDatabase
    let book: SaleBook
    let caller: RouteCaller
    let owners: OwnersStandIn

    var account: AccountID { caller.account }
    static let create = "POST /v1/sales-events"
    static let list = "GET /v1/sales-events"
    static let retrieve = "GET /v1/sales-events/{sales_event_id}"

    /// - Parameter answers: Whether the stand-ins do.
    static func open(answers: Bool = true, _ body: (CashDesk) async throws -> Void) async throws {
        try await TestDatabase.with(migrations: OrdersService.allMigrations) { database, _ in
            let outbox = Outbox(service: .orders, signal: WakeSignal())
            let inquiries = Inquiries(
                database: database, outbox: outbox, patience: answers ? .seconds(20) : .milliseconds(50))
            let book = SaleBook(database: database, outbox: outbox, inquiries: inquiries)
            let keyring = try DataKeyring("k1:" + DataKeyring.generateKey())
            let caller = RouteCaller(
                SalesEventRoutes(book: book, idempotency: Idempotency(database: database, keyring: keyring)).routes)
            let owners = OwnersStandIn(database: database, inquiries: inquiries)
            let desk = CashDesk(database: database, book: book, caller: caller, owners: owners)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await inquiries.answers.run() }
                if answers { tasks.addTask { try await owners.run() } }
                let result: Result<Void, any Error>
                do { result = .success(try await body(desk)) } catch { result = .failure(error) }
                tasks.cancelAll()
                while let ended = await tasks.nextResult() { _ = ended }
                try result.get()
            }
        }
    }

    /// A ticket of one line in the store `s-1`, without a buyer unless `changes` has one.
    static func ticket(_ number: Int, _ changes: [String: JSONValue] = [:]) -> JSONValue {
        var members: [String: JSONValue] = [
            "external_id": .string("T-\(number)"), "type": "PURCHASE", "occurred_at": "2024-04-21T14:32:00+02:00",
            "store_id": "s-1", "currency": "EUR", "total_amount_cents": 12_500, "total_discount_cents": 0,
            "line_items": [["quantity": 2, "total_price_cents": 12_500]],
        ]
        for (name, value) in changes { members[name] = value == .null ? nil : value }
        return .object(members)
    }

    func send(
        _ number: Int, _ changes: [String: JSONValue] = [:], key: String? = nil, as other: AccountID? = nil
    ) async throws -> RouteCaller.Answer {
        try await caller.call(Self.create, body: Self.ticket(number, changes), key: key, as: other)
    }

    /// The external ids of the sales that a query finds.
    func found(_ query: String? = nil, as other: AccountID? = nil) async throws -> [String] {
        let answer = try await caller.call(Self.list, query: query, as: other)
        #expect(answer.status == 200)
        return answer.body["data"]?.array?.compactMap { $0["external_id"]?.string } ?? []
    }

    func sale(_ reference: String) async throws -> JSONValue {
        let answer = try await caller.call(Self.retrieve, ["sales_event_id": reference])
        #expect(answer.status == 200)
        return answer.body
    }

    /// Has a handler hear of an event.
    func hear<H: EventHandler>(
        _ event: H.Payload, _ handler: H, sequence: Int64 = 1, of other: AccountID? = nil
    ) async throws {
        let envelope = try EventEnvelope(
            event, from: .consent, subject: "subject", sequence: sequence, account: other ?? account)
        try await database.withTransaction { transaction in
            try await handler.handle(Received(envelope: envelope, payload: event), in: transaction)
        }
    }

    /// How many events of a type there are.
    func told(_ event: (some Event).Type) async throws -> Int {
        try await database.query("SELECT count(*) AS count FROM outbox WHERE type = \(event.type)")[0]["count"]
    }
}

/// A number with a fraction, exact.
func decimal(_ text: String) -> JSONValue { JSONNumber(text).map(JSONValue.number) ?? .null }

/// Answers inquiries as catalog and consent would.
final class OwnersStandIn: Sendable {
    private struct Known {
        var stores: [AccountID: [String: StoreSnapshot]] = [:]
        var people: [AccountID: [String: CustomerID]] = [:]
        /// Who was added because somebody asked.
        var added: [String] = []
    }

    private let database: PostgresDatabase
    private let inquiries: Inquiries
    private let known = Mutex(Known())

    init(database: PostgresDatabase, inquiries: Inquiries) {
        self.database = database
        self.inquiries = inquiries
    }

    /// Opens a store, of which orders has not heard.
    @discardableResult
    func open(_ externalID: String, of account: AccountID) -> StoreSnapshot {
        let store = StoreSnapshot(
            id: StoreID(), externalID: externalID, name: "Store", status: .active, address: nil, createdAt: .now(),
            updatedAt: .now())
        known.withLock { $0.stores[account, default: [:]][externalID] = store }
        return store
    }

    /// Adds a person, of whom orders has not heard.
    func add(_ externalID: String, of account: AccountID) -> CustomerID {
        let id = CustomerID()
        known.withLock { $0.people[account, default: [:]][externalID] = id }
        return id
    }

    /// Forgets a person.
    func delete(_ externalID: String, of account: AccountID) {
        known.withLock { $0.people[account]?[externalID] = nil }
    }

    var added: [String] { known.withLock(\.added) }

    /// Answers until it is cancelled.
    func run() async throws {
        // Positions are drawn before their transactions commit, so a lower one may come after a higher one.
        var seen: Set<Int64> = []
        while !Task.isCancelled {
            let rows = try await database.query(
                "SELECT position, type, payload, account FROM outbox WHERE type LIKE '%requested%' ORDER BY position")
            for row in rows where seen.insert(try row["position"]).inserted {
                try await answer(try row["type"], try row["payload"], try row["account"])
            }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    private func answer(_ type: String, _ payload: String, _ account: AccountID) async throws {
        switch type {
        case StoreRequested.type:
            let asked = try JSON.decode(StoreRequested.self, from: payload)
            let store = known.withLock { known in
                known.stores[account]?.values.first { $0.id == asked.storeID || $0.externalID == asked.externalID }
            }
            try await database.withTransaction {
                inquiries.answer(StoreReported(inquiryID: asked.inquiryID, store: store), of: account, in: $0)
            }
        case PersonRequested.type:
            let asked = try JSON.decode(PersonRequested.self, from: payload)
            let person = find(asked, of: account)
            let reported = PersonReported(
                inquiryID: asked.inquiryID, customerID: person?.id, externalID: person?.externalID)
            try await database.withTransaction { inquiries.answer(reported, of: account, in: $0) }
        default: break
        }
    }

    private func find(_ asked: PersonRequested, of account: AccountID) -> KnownPerson? {
        known.withLock { known in
            let people = known.people[account] ?? [:]
            if let id = asked.customerID {
                return people.first { $0.value == id }.map { KnownPerson(id: id, externalID: $0.key) }
            }
            guard let name = asked.externalID else { return nil }
            if let id = people[name] { return KnownPerson(id: id, externalID: name) }
            guard asked.addsUnknown else { return nil }
            let id = CustomerID()
            known.people[account, default: [:]][name] = id
            known.added.append(name)
            return KnownPerson(id: id, externalID: name)
        }
    }
}
