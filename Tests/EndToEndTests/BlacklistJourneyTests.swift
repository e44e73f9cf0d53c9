import Schema
import TestKit
import Testing

/// A ban's way from consent to orders, with all services and the bus between them.
@Suite struct BlacklistJourneyTests {
    private func send(_ path: String, _ body: JSONValue) async throws -> APIClient.Reply {
        try await SharedStack.healthSuite().send("POST", path, body: body, headers: Shop.accept)
    }

    @Test func aBannedCustomerCannotBuyAndAnUnbannedOneCan() async throws {
        let shop = try await Shop.open()
        let phone = "917\(Int.random(in: 2_000_000..<10_000_000))"
        let (banned, housemate) = (Shop.buyer(phone: phone), Shop.buyer(phone: phone))
        let first = try await send("/checkout/orders", shop.order(of: banned))
        #expect(first.status == 201, "\(first.text)")
        let number = try #require(try first.json["data"]?["customer_number"]?.string)
        let path = "/checkout/customers/\(number)"
        // Consent hears of the customer over the bus.
        try await eventually("the customer can be banned") {
            let reply = try await send(path + "/blacklist", ["reason": "chargeback", "types": ["email", "phone"]])
            return reply.status == 200
        }
        // The answer says that the ban is in force: the very next order is refused, whoever comes with the number.
        for buyer in [banned, housemate] {
            let refused = try await send("/checkout/orders", shop.order(of: buyer))
            #expect(refused.status == 422)
            #expect(try refused.json["message"] == "This customer is blacklisted")
            #expect(try await send("/checkout/leads", shop.lead(of: buyer)).status == 422)
        }
        #expect(try await send("/checkout/orders", shop.order(of: Shop.buyer())).status == 201)

        #expect(try await send(path + "/remove-blacklist", ["reason": "reversal"]).status == 200)
        for buyer in [banned, housemate] {
            try await eventually("both can buy again") {
                try await send("/checkout/orders", shop.order(of: buyer)).status == 201
            }
        }
    }
}
