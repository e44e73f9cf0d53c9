import Schema
import TestKit
import Testing

@testable import Consent

/// Bans over HTTP and the bus.
@Suite struct BlacklistTests {
    private static let person = CheckoutPerson(
        email: "ada@example.com", firstName: "Ada", lastName: "Lovelace", phone: "+15125550100",
        ipAddress: "203.0.113.7",
        address: PostalAddress(
            address1: "100 Congress Ave", address2: "Suite 200", city: "Austin", state: "TX", postalCode: "78701",
            country: "US"))
    private static let path = "/checkout/customers/CUST-240528-00007"
    private let account = AccountID()

    /// Lends a client whose account has a customer.
    private func withCustomer(_ body: (ConsentHost, SuiteClient) async throws -> Void) async throws {
        try await ConsentHost.with { host in
            let client = try await host.client(of: account)
            try await host.orders.introduce(Self.person, "CUST-240528-00007", to: account)
            try await eventually("the customer is known") {
                try await client.send("GET", Self.path + "/blacklist-status").status == 200
            }
            try await body(host, client)
        }
    }

    @Test func aBanIsShownRefusedTwiceAndLifted() async throws {
        try await withCustomer { _, client in
            let terms: JSONValue = ["reason": "chargeback", "types": ["email", "phone"]]
            let two: JSONValue = ["Email: ada@example.com", "Phone: +15125550100"]
            let banned = try await client.send("POST", Self.path + "/blacklist", terms)
            #expect(banned.status == 200)
            #expect(try banned.json["message"] == "Customer successfully blacklisted")
            #expect(try banned.json["data"]?["blacklisted_items"] == two)

            var status = try await client.send("GET", Self.path + "/blacklist-status").json["data"]
            #expect(status?["is_blacklisted"] == true)
            #expect(status?["blacklisted_types"] == two)
            let again = try await client.send("POST", Self.path + "/blacklist", terms)
            #expect(again.status == 422)
            #expect(try again.json["message"] == "Customer is already blacklisted")

            let lifted = try await client.send("POST", Self.path + "/remove-blacklist", form: "reason=reversal")
            #expect(lifted.status == 200)
            #expect(try lifted.json["message"] == "Customer successfully removed from blacklist")
            #expect(try lifted.json["data"]?["entries_deactivated"] == 2)
            #expect(try lifted.json["data"]?["previously_blacklisted"] == ["email", "phone"])
            status = try await client.send("GET", Self.path + "/blacklist-status").json["data"]
            #expect(status?["is_blacklisted"] == false)
            #expect(status?["blacklisted_types"] == [])
            let none = try await client.send("POST", Self.path + "/remove-blacklist", ["reason": "reversal"])
            #expect(none.status == 422)
            #expect(try none.json["message"] == "Customer is not blacklisted")
            #expect(try await client.send("POST", Self.path + "/blacklist", terms).status == 200)
        }
    }

    @Test func aBanIsImposedAndLiftedOnceForItsKey() async throws {
        try await withCustomer { host, client in
            let terms: JSONValue = ["reason": "chargeback", "types": ["email"]]
            let banned = try await client.send("POST", Self.path + "/blacklist", terms, key: "b1")
            #expect(banned.status == 200)
            func bannedAgain() async throws -> JSONValue {
                try await client.send("POST", Self.path + "/blacklist", terms, key: "b1").json
            }
            #expect(try await bannedAgain() == banned.json)
            let reason: JSONValue = ["reason": "reversal"]
            let lifted = try await client.send("POST", Self.path + "/remove-blacklist", reason, key: "b1")
            #expect(lifted.status == 200)
            // Each is answered as it was, whatever has come after it.
            let liftedAgain = try await client.send("POST", Self.path + "/remove-blacklist", reason, key: "b1")
            #expect(try liftedAgain.json == lifted.json)
            #expect(try await bannedAgain() == banned.json)
            #expect(try await host.told(CustomerBlacklisted.self).count == 1)
        }
    }

    @Test func aBanOfEverythingTellsWhatWasCalledOff() async throws {
        try await withCustomer { host, client in
            host.orders.set(
                "CUST-240528-00007", subscriptions: ["SUB-240528-00003"], fulfillments: ["FUL-240528-00004"])
            let before = try await client.send("GET", Self.path + "/blacklist-status").json["data"]
            #expect(before?["active_subscriptions"] == 1)
            #expect(before?["pending_fulfillments"] == 1)

            let form = "reason=fraud&cancel_subscriptions=true&cancel_fulfillments=0"
            let data = try await client.send("POST", Self.path + "/blacklist", form: form).json["data"]
            #expect(data?["customer_number"] == "CUST-240528-00007")
            #expect(
                data?["blacklisted_items"] == [
                    "Email: ada@example.com", "Phone: +15125550100", "IP: 203.0.113.7",
                    "Address: 100 Congress Ave Suite 200, Austin",
                ])
            #expect(
                data?["canceled_subscriptions"] == ["count": 1, "subscription_numbers": ["SUB-240528-00003"]])
            #expect(data?["canceled_fulfillments"] == ["count": 0, "fulfillment_ids": []])

            let after = try await client.send("GET", Self.path + "/blacklist-status").json["data"]
            #expect(after?["active_subscriptions"] == 0)
            #expect(after?["pending_fulfillments"] == 1)
            let told = try await host.told(CustomerBlacklisted.self)
            #expect(told.count == 1)
            for secret in ["ada@", "5125550100", "203.0.113.7", "Congress"] {
                #expect(told.allSatisfy { !$0.contains(secret) }, "\(secret) is nobody else's business")
            }
        }
    }

    @Test func nobodyElseCanBanOrSeeACustomer() async throws {
        try await withCustomer { host, client in
            let other = try await host.client(of: AccountID())
            let blind = try await host.client(of: account, permissions: ["api:customers.blacklist.check"])
            for (action, body) in [("blacklist", "reason=fraud"), ("remove-blacklist", "reason=reversal")] {
                let foreign = try await other.send("POST", "\(Self.path)/\(action)", form: body)
                #expect(foreign.status == 404)
                #expect(try foreign.json["message"] == "Customer not found")
                let refused = try await blind.send("POST", "\(Self.path)/\(action)", form: body)
                #expect(refused.status == 403)
                #expect(try refused.json["message"] == "Unauthorized. Token lacks the necessary permissions.")
            }
            #expect(try await other.send("GET", Self.path + "/blacklist-status").status == 404)
            #expect(try await blind.send("GET", Self.path + "/blacklist-status").status == 200)
            #expect(try await client.send("GET", Self.path + "/blacklist-status").status == 200)
        }
    }

    @Test func aCustomerWhoIsFasterThanTheBusIsWaitedFor() async throws {
        // Who is waited for comes over a bus that is running.
        try await withCustomer { host, client in
            let day = Timestamp.now().rfc3339.prefix(10).dropFirst(2).filter { $0 != "-" }
            let number = "CUST-\(day)-00001"
            async let status = client.send("GET", "/checkout/customers/\(number)/blacklist-status")
            try await host.orders.introduce(Self.person, number, to: account)
            #expect(try await status.status == 200)
            #expect(
                try await client.send("GET", "/checkout/customers/CUST-\(day)-00002/blacklist-status").status == 404)
        }
    }
}
