import Edge
import Enrichment
import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Orders

@Suite struct AccountEnricherTests {
    private let buyer = CheckoutPerson(
        email: "jo@anything.shop", firstName: "Jo", lastName: "Doe", phone: "2127365000",
        address: PostalAddress(
            address1: "12 Main St", city: "Los Angeles", state: "CA", postalCode: "90012", country: "US"))

    @Test func onlyWhatTheAccountHasEnabledIsChecked() async throws {
        try await TestDatabase.with(migrations: OrdersService.allMigrations) { database, _ in
            let settings = AccountSettingsStore(
                database: database, outbox: Outbox(service: .orders, signal: WakeSignal()))
            let enricher = AccountEnricher(settings: settings, enricher: Enricher())
            let account = AccountID()
            func members() async throws -> Set<String>? {
                guard case .object(let members)? = try await enricher.enrichment(of: buyer, for: account) else {
                    return nil
                }
                return Set(members.keys)
            }
            #expect(try await members() == ["email", "phone", "address"], "who has chosen nothing has all")
            let choices: [(AccountSettings, Set<String>?)] = [
                (AccountSettings(enrichPhone: false), ["email", "address"]),
                (AccountSettings(enrichEmail: false, enrichPhone: false, enrichAddress: false), nil),
            ]
            for (chosen, expected) in choices {
                try await database.withTransaction { try await settings.save(chosen, of: account, in: $0) }
                #expect(try await members() == expected)
            }
        }
    }

    @Test(arguments: [
        ("Anything.shop=catch_all", "Domain accepts all email addresses"),
        ("jo@anything.shop=suppressed", "Email address is on suppression list"),
        ("anything.shop=spam_trap", "Email address is a spam trap"),
        ("anything.shop=disposable", "Disposable email detected"),
        ("anything.shop=low_deliverability", "Low deliverability score"),
        ("elsewhere.shop=suppressed", "Email address is valid and deliverable"),
    ])
    func whatTheOperatorKnowsCounts(_ rules: String, _ message: String) throws {
        let enricher = Enricher(lists: .standard.adding(try configuration(rules).emailRules))
        #expect(enricher.response(for: buyer, services: .email)?.email?.message == message)
    }

    @Test func anUnknownRuleStopsTheStart() {
        #expect(throws: ConfigurationError.self) { try configuration("anything.shop=odd") }
    }

    private func configuration(_ rules: String) throws -> CaravanConfiguration {
        try CaravanConfiguration(
            service: .orders,
            environment: [
                "CARAVAN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
                "CARAVAN_KAFKA_BROKERS": "127.0.0.1:1", "CARAVAN_EMAIL_RULES": rules,
                "CARAVAN_KEY_PUBLIC": APIKeySigner(privateKey: APIKeySigner.generatePrivateKey()).publicKey,
                "CARAVAN_DATA_KEYS": "k1:\(DataKeyring.generateKey())",
            ])
    }
}
