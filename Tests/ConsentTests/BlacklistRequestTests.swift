import Edge
import Schema
import Testing

@testable import Consent

/// What requests for bans may say.
@Suite struct BlacklistRequestTests {
    private func terms(_ body: JSONValue) throws -> BlacklistTerms {
        try JSON.decode(BlacklistRequest.self, from: JSON.encode(body)).terms()
    }

    private func fields(_ body: JSONValue) throws -> [String] {
        do {
            _ = try terms(body)
            return []
        } catch RequestError.validation(let errors) {
            return errors.map(\.dottedPath)
        }
    }

    @Test func withoutTypesEverythingIsBanned() throws {
        for body: JSONValue in [["reason": "fraud"], ["reason": "fraud", "types": []]] {
            let terms = try terms(body)
            #expect(terms.kinds == [.email, .phone, .ip, .address])
            #expect(terms.cancelSubscriptions && terms.cancelFulfillments)
        }
    }

    @Test func whatIsWrongIsNamed() throws {
        #expect(try fields(["types": ["email"]]) == ["reason"])
        #expect(try fields(["reason": "no"]) == ["reason"])
        #expect(try fields(["reason": .string(String(repeating: "x", count: 501))]) == ["reason"])
        #expect(try fields(["reason": "fraud", "types": ["email", "name"]]) == ["types.1"])
        #expect(try fields(["reason": "two", "types": ["ip", "ip"]]) == [])
    }

    @Test func numbersOfTodayAndYesterdayAreRecent() throws {
        let now = try #require(Timestamp(rfc3339: "2025-03-01T00:00:05Z"))
        func isRecent(_ number: String) -> Bool {
            CustomerKey(account: AccountID(), number: number).isRecent(at: now)
        }
        #expect(isRecent("CUST-250301-00001"))
        #expect(isRecent("CUST-250228-123456"))
        #expect(!isRecent("CUST-250227-00001"))
        #expect(!isRecent("ORD-250301-00001"))
        #expect(!isRecent("CUST-250301"))
        #expect(!isRecent(""))
    }
}
