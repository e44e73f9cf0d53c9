import Edge
import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Consent

/// The CRM API over a database of its own, called as clients would.
struct CRM: Sendable {
    let database: PostgresDatabase
    let people: People
    let subscriptions: Subscriptions
    let customers: CheckoutCustomers
    let ledger: ConsentLedger
    let keyring: DataKeyring
    let caller: RouteCaller
    var account: AccountID { caller.account }

    /// Opens it while `body` runs.
    static func open(_ body: (CRM) async throws -> Void) async throws {
        try await TestDatabase.with(migrations: ConsentService.allMigrations) { database, _ in
            try await body(CRM(database))
        }
    }

    private init(_ database: PostgresDatabase) throws {
        self.database = database
        keyring = try DataKeyring("k1:" + DataKeyring.generateKey())
        ledger = ConsentLedger(database: database)
        people = People(
            database: database, ledger: ledger, outbox: Outbox(service: .consent, signal: WakeSignal()),
            keyring: keyring)
        subscriptions = Subscriptions(people: people)
        customers = CheckoutCustomers(
            store: CheckoutCustomerStore(database: database), people: people, keyring: keyring)
        let list = PersonList(database: database)
        let idempotency = Idempotency(database: database, keyring: keyring)
        caller = RouteCaller(
            ProfileRoutes(people: people, list: list, idempotency: idempotency).routes
                + SubscriptionRoutes(
                    subscriptions: subscriptions, list: list, ledger: ledger, idempotency: idempotency
                ).routes + DealerCustomerRoutes(people: people, idempotency: idempotency).routes)
    }

    /// `POST /v1/profiles`
    func upsert(_ externalID: String, phone: String? = nil, _ more: [String: JSONValue] = [:]) async throws
        -> RouteCaller.Answer
    {
        var body = more
        body["external_id"] = .string(externalID)
        body["phone_number"] = phone.map(JSONValue.string)
        return try await caller.call("POST /v1/profiles", body: .object(body))
    }

    /// `GET /v1/profiles/{profile_id}`
    func profile(_ reference: String) async throws -> RouteCaller.Answer {
        try await caller.call("GET /v1/profiles/{profile_id}", ["profile_id": reference])
    }

    /// `POST /v1/subscriptions/opt-in`
    func optIn(_ phone: String, profile: String? = nil, at time: String? = nil, source: String = "WEB_FORM")
        async throws -> RouteCaller.Answer
    {
        var body: [String: JSONValue] = ["phone_number": .string(phone), "consent_source": .string(source)]
        body["profile_id"] = profile.map(JSONValue.string)
        body["consented_at"] = time.map(JSONValue.string)
        return try await caller.call("POST /v1/subscriptions/opt-in", body: .object(body))
    }

    /// `POST /v1/subscriptions/opt-out`
    func optOut(phone: String? = nil, profile: String? = nil) async throws -> RouteCaller.Answer {
        var body: [String: JSONValue] = [:]
        body["phone_number"] = phone.map(JSONValue.string)
        body["profile_id"] = profile.map(JSONValue.string)
        return try await caller.call("POST /v1/subscriptions/opt-out", body: .object(body))
    }

    /// The types of a profile's history, oldest first.
    func history(_ reference: String) async throws -> [String] {
        let reply = try await caller.call(
            "GET /v1/subscriptions/{profile_id}/consent-history", ["profile_id": reference])
        return reply.body["data"]?.array?.compactMap { $0["type"]?.string } ?? ["status \(reply.status)"]
    }

    /// A new customer of the checkout.
    func meet(_ person: CheckoutPerson, _ number: String) async throws {
        let saved = CheckoutCustomerSaved(
            customerID: CustomerID(), customerNumber: number, person: try keyring.seal(person))
        try await database.withTransaction {
            try await customers.save(saved, of: account, isNew: true, in: $0)
        }
    }

    /// The events that were told, `name sequence` each, in order.
    func told(of subject: String? = nil) async throws -> [String] {
        let rows = try await database.query("SELECT type, subject, sequence FROM outbox ORDER BY position")
        return try rows.filter { try subject == nil || $0["subject", as: String.self] == subject }.map { row in
            let type = try row["type", as: String.self].split(separator: ".")[3]
            return "\(type) \(try row["sequence", as: Int64.self])"
        }
    }

    /// How many rows a table has.
    func count(_ table: String) async throws -> Int {
        try await database.query(PostgresQuery(unsafeSQL: "SELECT count(*) AS n FROM \(table)")).first?["n"] ?? -1
    }
}

extension RouteCaller.Answer {
    /// The text of a member.
    subscript(_ name: String) -> String? { body[name]?.string }
    /// The state that a subscription is in now.
    var state: String? { headers["noticia-subscription-state"] }
}
