import Edge
import Postgres
import Schema
import TestKit
import Testing

@testable import Consent

/// One person, known by several APIs (docs/identity.md).
@Suite struct IdentityTests {
    private let number = "+33612345678"

    private func buyer(_ email: String = "ada@example.com", phone: String? = "+33 6 12 34 56 78") -> CheckoutPerson {
        CheckoutPerson(email: email, firstName: "Ada", lastName: "Lovelace", phone: phone)
    }

    private func dealer(
        _ crm: CRM, _ externalID: String, _ more: [String: JSONValue]
    ) async throws -> RouteCaller.Answer {
        var body = more
        body["external_id"] = .string(externalID)
        return try await crm.caller.call("POST /v1/customers", body: .object(body), key: ID<APIKey>().description)
    }

    @Test func aDealersCustomerIsTheProfileOfThatExternalID() async throws {
        try await CRM.open { crm in
            let customer = try await dealer(crm, "c-1", ["name": "Ada Lovelace", "phone": "+33 6 12 34 56 78"])
            let profile = try await crm.profile("c-1")
            #expect(profile["phone_number"] == number, "a number that can be read is claimed")
            let id = try #require(profile["id"].flatMap { ProfileID($0) })
            #expect(customer["id"] == id.customerID.description)
            #expect(try await crm.upsert("c-1", ["first_name": "Augusta"]).status == 200)
            let again = try await dealer(crm, "c-1", [:])
            #expect(again["name"] == "Augusta")
            #expect(again["phone"] == "+33 6 12 34 56 78")
        }
    }

    /// The dealer's phone is free text: it never collides.
    @Test func aDealersCustomerWithSomebodysNumberHasNone() async throws {
        try await CRM.open { crm in
            _ = try await crm.upsert("crm-1", phone: number)
            let customer = try await dealer(crm, "c-2", ["phone": .string(number)])
            #expect(customer.status == 201)
            #expect(customer["phone"] == number)
            #expect(try await crm.profile("c-2").body["phone_number"] == JSONValue.null)
        }
    }

    @Test func aCustomerOfTheCheckoutIsTheProfileWithTheNumber() async throws {
        try await CRM.open { crm in
            let profile = try await crm.upsert("crm-1", phone: number)
            try await crm.meet(buyer(), "CUST-1")
            #expect(try await crm.count("people") == 1)
            #expect(try await crm.profile("crm-1")["last_name"] == "Lovelace")
            // Somebody else with the same telephone: another address is known of it now.
            try await crm.meet(buyer("countess@example.com"), "CUST-2")
            #expect(try await crm.count("people") == 2)
            #expect(try await crm.profile("crm-1")["id"] == profile["id"])
        }
    }

    @Test func aCustomerOfTheCheckoutGetsTheExternalIDThatIsGivenFirst() async throws {
        try await CRM.open { crm in
            try await crm.meet(buyer(), "CUST-1")
            let found = try await crm.caller.call(
                "POST /v1/profiles/search", body: ["phone_number": .string(number)])
            #expect(found.body["external_id"] == JSONValue.null, "nobody gave one")
            #expect(try await crm.profile("CUST-1").status == 404)
            let named = try await crm.upsert("crm-1", phone: number)
            #expect(named.status == 200)
            #expect(named["id"] == found["id"])
            #expect(named["external_id"] == "crm-1")
            #expect(named["first_name"] == "Ada")
            #expect(try await crm.upsert("crm-2", phone: number).status == 409)
        }
    }

    /// A profile and a customer of the checkout turn out to be one: all that was the latter's is the former's.
    @Test func joiningLosesNoConsent() async throws {
        try await CRM.open { crm in
            let profile = try await crm.upsert("crm-1", ["attributes": ["tier": "gold"]])
            _ = try await crm.optIn("+33612345671", profile: "crm-1", at: "2024-05-01T10:00:00Z")
            try await crm.meet(buyer(), "CUST-1")
            let anonymous = try await crm.optIn(number, at: "2024-05-02T10:00:00Z", source: "IN_STORE")
            let old = try #require(anonymous.body["profile"]?["id"]?.string)
            #expect(old != profile["id"])

            let joined = try await crm.upsert("crm-1", phone: number)
            #expect(joined.status == 200)
            #expect(joined["id"] == profile["id"])
            #expect(joined["first_name"] == "Ada")
            #expect(try await crm.count("people") == 1)
            #expect(try await crm.history("crm-1") == ["OPT_IN", "OPT_IN"])
            let active = try await crm.caller.call("GET /v1/subscriptions", query: "status=SUBSCRIBED")
            #expect(active.body["data"]?.array?.count == 2)
            #expect(active.body["data"]?.array?.allSatisfy { $0["profile"]?["external_id"] == "crm-1" } == true)
            #expect(try await crm.profile(old).body == joined.body, "the old id finds the one who remains")
            let customer = try await crm.customers.customer(CustomerKey(account: crm.account, number: "CUST-1"))
            #expect(customer?.person?.profileID.description == profile["id"])

            let events = try await crm.told(of: try #require(ProfileID(old)).customerID.description)
            #expect(events.last == "customer_deleted 3")
            let id = try #require(profile["id"].flatMap { ProfileID($0) })
            let mine = try await crm.told(of: id.customerID.description)
            // The number that they consented on was the profile's until then.
            #expect(
                mine == [
                    "customer_created 1", "customer_updated 2", "consent_granted 3", "customers_joined 4",
                    "customer_updated 5",
                ])
            #expect(try await crm.optOut(profile: old).state == "opted_out")
            #expect(try await crm.history("crm-1").count { $0 == "OPT_OUT" } == 2)
        }
    }

    /// Of two subscriptions of one number, the one that holds stays.
    @Test func aJoinKeepsTheConsentThatHolds() async throws {
        try await CRM.open { crm in
            _ = try await crm.upsert("crm-1")
            _ = try await crm.optIn(number, profile: "crm-1", at: "2024-05-01T10:00:00Z")
            _ = try await crm.optOut(phone: number)
            try await crm.meet(buyer(), "CUST-1")
            // The checkout's customer has no id of a client's and consents again.
            let person = try await crm.caller.call(
                "POST /v1/profiles/search", body: ["phone_number": .string(number)])
            let renewed = try await crm.optIn(number, profile: person["id"])
            #expect(renewed["status"] == "SUBSCRIBED")
            _ = try await crm.upsert("crm-1", phone: number)
            let current = try await crm.caller.call("GET /v1/subscriptions/{profile_id}", ["profile_id": "crm-1"])
            #expect(current["status"] == "SUBSCRIBED")
            #expect(try await crm.history("crm-1") == ["OPT_IN", "OPT_OUT", "OPT_IN"])
            #expect(try await crm.count("sms_subscriptions") == 1)
        }
    }

    /// A profile that opts in with the number of somebody whom no client has named is that somebody.
    @Test func anOptInJoinsWhomTheNumberNames() async throws {
        try await CRM.open { crm in
            _ = try await crm.optIn(number, at: "2024-05-01T10:00:00Z")
            let named = try await crm.optIn(number, profile: "crm-1", at: "2024-05-02T10:00:00Z")
            #expect(named.status == 200)
            #expect(named.body["profile"]?["external_id"] == "crm-1")
            #expect(try await crm.count("people") == 1)
            #expect(try await crm.history("crm-1") == ["OPT_IN", "OPT_IN"])
        }
    }

    @Test func mailConsentIsInTheLedgerToo() async throws {
        try await CRM.open { crm in
            _ = try await dealer(crm, "c-1", ["email": "ada@example.com", "accepts_marketing": true])
            _ = try await dealer(crm, "c-1", ["email": "ada@example.com", "accepts_marketing": false])
            #expect(
                try await crm.told() == [
                    "customer_created 1", "consent_granted 2", "customer_updated 3", "consent_withdrawn 4",
                ])
            let person = try #require(try await crm.profile("c-1")["id"].flatMap { ProfileID($0) })
            let entries = try await crm.ledger.history(of: person.customerID, account: crm.account)
            #expect(entries.map(\.channel) == [.email, .email])
            #expect(entries.map(\.personal.address) == ["ada@example.com", "ada@example.com"])
            #expect(try await crm.history("c-1") == [], "this API is about text messages")
        }
    }

    @Test func aDeletionErasesThePersonEverywhere() async throws {
        try await CRM.open { crm in
            _ = try await crm.upsert("crm-1", phone: number, ["attributes": ["tier": "gold"]])
            _ = try await crm.optIn(number, profile: "crm-1")
            try await crm.meet(buyer(), "CUST-1")
            let other = try await crm.upsert("crm-2", phone: "+33612345679")
            for reference in ["crm-1", "crm-1", "prof_000000000000000000000000", ProfileID().description] {
                let reply = try await crm.caller.call(
                    "DELETE /v1/profiles/{profile_id}", ["profile_id": reference])
                #expect(reply.status == 204)
            }
            #expect(try await crm.profile("crm-1").status == 404)
            #expect(try await crm.profile("crm-2").body == other.body)
            for table in ["sms_subscriptions", "checkout_customers", "customer_notes"] {
                #expect(try await crm.count(table) == 0, "\(table)")
            }
            #expect(try await crm.count("consent_entries WHERE personal IS NULL AND salt IS NULL") == 1)
            let told = try await crm.told()
            #expect(told.count { $0.hasPrefix("customer_deleted") } == 1)
            // The number and the name are free, for somebody new.
            #expect(try await crm.upsert("crm-1", phone: number).status == 201)
            #expect(try await crm.history("crm-1") == [])
        }
    }

    /// Of a banned customer what the checkout refuses stays, but nothing that tells who it is.
    @Test func theBanOfADeletedCustomerCanBeLifted() async throws {
        try await CRM.open { crm in
            try await crm.meet(buyer(), "CUST-1")
            let key = CustomerKey(account: crm.account, number: "CUST-1")
            let customer = try #require(try await crm.customers.customer(key))
            let blacklist = Blacklist(
                database: crm.database, customers: crm.customers.store, outbox: crm.people.outbox,
                keyring: crm.keyring)
            let terms = BlacklistTerms(
                kinds: [.email], reason: "Ada is a fraud", cancelSubscriptions: false, cancelFulfillments: false)
            let ban = try await crm.database.withTransaction { try await blacklist.ban(customer, terms, in: $0) }
            let person = try #require(customer.person?.profileID.description)
            #expect(
                try await crm.caller.call("DELETE /v1/profiles/{profile_id}", ["profile_id": person]).status == 204)
            let left = try #require(try await crm.customers.customer(key))
            #expect(left.person == nil)
            #expect(left.details == CheckoutPerson(email: "", firstName: "", lastName: ""))
            let lifted = try await crm.database.withTransaction {
                try await blacklist.lift(left, reason: "appeal", in: $0)
            }
            #expect(lifted.items.map(\.digest) == ban.items.map(\.digest))
            #expect(lifted.items.map(\.value) == ["erased"])
            #expect(lifted.reason == "erased")
        }
    }
}
