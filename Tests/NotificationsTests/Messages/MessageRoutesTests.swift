import Edge
import Schema
import TestKit
import Testing

@testable import Notifications

@Suite struct MessageRoutesTests {
    private static let path = "POST /admin/v1/messages"

    private static let wrong: [JSONValue] = [
        [:], ["channel": "fax", "purpose": "marketing", "phone": "+33612345678", "text": "x"],
        ["channel": "sms", "purpose": "spam", "phone": "+33612345678", "text": "x"],
        ["channel": "sms", "purpose": "marketing", "text": "x"],
        ["channel": "sms", "purpose": "marketing", "phone": "0612345678", "text": "x"],
        ["channel": "sms", "purpose": "marketing", "phone": "+33612345678"],
        ["channel": "sms", "purpose": "marketing", "phone": "+33612345678", "text": "x", "subject": "x"],
        ["channel": "sms", "purpose": "marketing", "email": "ada@example.com", "text": "x"],
        ["channel": "sms", "purpose": "marketing", "profile_id": "prof_1", "text": "x"],
        ["channel": "email", "purpose": "marketing", "email": "ada@example.com", "text": "x"],
        ["channel": "email", "purpose": "marketing", "email": "a@b.example\r\nBcc: c@x", "subject": "x", "text": "x"],
        ["channel": "email", "purpose": "marketing", "email": "ada", "subject": "x", "text": "x"],
        ["channel": "email", "purpose": "marketing", "phone": "+33612345678", "subject": "x", "text": "x"],
        ["channel": 1, "purpose": [], "phone": [:]],
    ]

    @Test(arguments: wrong)
    func `what cannot be sent is refused`(body: JSONValue) async throws {
        try await PostOffice.with { office in
            let answer = try await office.caller.call(Self.path, body: body)
            #expect((400..<500).contains(answer.status))
            #expect(try await office.statuses().isEmpty)
        }
    }

    @Test func `texts may be as long as the provider takes, and no longer`() async throws {
        try await PostOffice.with { office in
            for (length, status) in [(1600, 202), (1601, 400)] {
                let answer = try await office.caller.call(
                    Self.path,
                    body: [
                        "channel": "sms", "purpose": "transactional", "phone": "+33612345678",
                        "text": .string(String(repeating: "a", count: length)),
                    ])
                #expect(answer.status == status || (status == 400 && answer.status == 422))
            }
        }
    }

    @Test func `messages are accepted once, listed, shown, and nobody else's`() async throws {
        try await PostOffice.with { office in
            let body: JSONValue = [
                "channel": "sms", "purpose": "transactional", "phone": "+33612345678", "text": "Hello",
            ]
            let first = try await office.caller.call(Self.path, body: body, key: "one")
            let again = try await office.caller.call(Self.path, body: body, key: "one")
            #expect(first.status == 202)
            #expect(first.body == again.body)
            #expect(first.body["status"] == "queued")
            let id = try #require(first.body["id"]?.string)
            _ = try await office.caller.call(Self.path, body: body, key: "two")
            try await office.sendAll()

            let shown = try await office.caller.call("GET /admin/v1/messages/{id}", ["id": id])
            #expect(shown.body["status"] == "sent")
            #expect(shown.body["recipient"] == "+33612345678")
            #expect(shown.body["attempts"]?.integer == 1)
            let page = try await office.caller.call("GET /admin/v1/messages", query: "limit=1&status=sent&channel=sms")
            #expect(page.body["data"]?.array?.count == 1)
            let cursor = try #require(page.body["next_cursor"]?.string)
            let rest = try await office.caller.call("GET /admin/v1/messages", query: "limit=1&after=\(cursor)")
            #expect(rest.body["data"]?.array?.first?["id"]?.string == id)
            #expect(rest.body["has_more"] == false)
            let none = try await office.caller.call("GET /admin/v1/messages", query: "purpose=marketing")
            #expect(none.body["data"]?.array?.isEmpty == true)

            let other = AccountID()
            #expect(try await office.caller.call("GET /admin/v1/messages/{id}", ["id": id], as: other).status == 404)
            let foreign = try await office.caller.call("GET /admin/v1/messages", as: other)
            #expect(foreign.body["data"]?.array?.isEmpty == true)
            for query in ["status=lost", "channel=fax", "profile_id=me", "after=x", "limit=0"] {
                let answer = try await office.caller.call("GET /admin/v1/messages", query: query)
                #expect((400..<500).contains(answer.status), "\(query)")
            }
        }
    }
}
