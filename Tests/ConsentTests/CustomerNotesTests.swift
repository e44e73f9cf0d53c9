import Schema
import TestKit
import Testing

@testable import Consent

/// Notes on customers over HTTP; orders and transactions have the same.
@Suite struct CustomerNotesTests {
    private let account = AccountID()

    private func withNotes(_ body: (ConsentHost, SuiteClient, String) async throws -> Void) async throws {
        try await ConsentHost.with { host in
            let client = try await host.client(of: account)
            let person = CheckoutPerson(email: "ada@example.com", firstName: "Ada", lastName: "Lovelace")
            try await host.orders.introduce(person, "CUST-240528-00007", to: account)
            let path = "/v1/customers/CUST-240528-00007/notes"
            try await eventually("the customer is known") { try await client.send("GET", path).status == 200 }
            try await body(host, client, path)
        }
    }

    @Test func aNoteIsWrittenFoundChangedAndDeleted() async throws {
        try await withNotes { host, client, path in
            let text: JSONValue = ["title": "Call back", "content": "Wants 100% cotton", "type": "shipping"]
            let made = try await client.send("POST", path, text)
            #expect(made.status == 201)
            #expect(try made.json["message"] == "Note added successfully")
            #expect(try made.json["data"]?["created_by"] == "API")
            let time = try made.json["data"]?["created_at"]?.string ?? ""
            #expect(time.count == 27 && time.hasSuffix("000Z"))
            let id = try #require(try made.json["data"]?["id"]?.integer)
            let plain = try await client.send("POST", path, form: "title=Second&content=No+type")
            #expect(try plain.json["data"]?["type"] == "general")

            func titles(_ query: String) async throws -> [String] {
                try await client.send("GET", path + query).json["data"]?.array?.compactMap { $0["title"]?.string } ?? []
            }
            #expect(try await titles("") == ["Second", "Call back"])
            #expect(try await titles("?type=shipping") == ["Call back"])
            #expect(try await titles("?search=100%25") == ["Call back"])
            #expect(try await titles("?search=no%25type") == [])
            #expect(try await titles("?per_page=1&page=2") == ["Call back"])
            let list = try await client.send("GET", path).json
            #expect(
                list["customer"] == [
                    "customer_number": "CUST-240528-00007", "email": "ada@example.com", "name": "Ada Lovelace",
                ])
            #expect(list["pagination"]?["total"] == 2)

            let changed = try await client.send("PUT", "\(path)/\(id)", ["content": "Has called", "type": .null])
            #expect(try changed.json["message"] == "Note updated successfully")
            let note = try await client.send("GET", "\(path)/\(id)").json["data"]
            #expect(note?["title"] == "Call back")
            #expect(note?["content"] == "Has called")
            #expect(note?["type"] == JSONValue.null)

            #expect(
                try await client.send("DELETE", "\(path)/\(id)").json
                    == ["success": true, "message": "Note deleted successfully"])
            for method in ["GET", "DELETE"] {
                #expect(try await client.send(method, "\(path)/\(id)").status == 404)
            }
        }
    }

    @Test func aNoteIsWrittenOnceForItsKey() async throws {
        try await withNotes { _, client, path in
            let text: JSONValue = ["title": "Call back", "content": "Soon"]
            let first = try await client.send("POST", path, text, key: "n1")
            let again = try await client.send("POST", path, text, key: "n1")
            #expect(again.status == 201 && again.text == first.text)
            #expect(again.headers["idempotent-replayed"] == "true")
            let other = try await client.send("POST", path, ["title": "Call back", "content": "Later"], key: "n1")
            #expect(other.status == 409)
            #expect(try await client.send("GET", path).json["pagination"]?["total"] == 1)

            let note = "\(path)/\(try first.json["data"]?["id"]?.integer ?? 0)"
            let changed = try await client.send("PUT", note, ["title": "Called"], key: "n2")
            #expect(try await client.send("PUT", note, ["title": "Called"], key: "n2").text == changed.text)
            #expect(try await client.send("DELETE", note, key: "n3").status == 200)
            #expect(try await client.send("DELETE", note, key: "n3").status == 200)
            #expect(try await client.send("DELETE", note, key: "n4").status == 404)
        }
    }

    @Test func whatIsWrongWithANoteIsSaid() async throws {
        try await withNotes { host, client, path in
            let missing = try await client.send("POST", path, ["type": "shipping"])
            #expect(missing.status == 422)
            #expect(try missing.json["errors"]?["title"] == ["The title field is required."])
            #expect(try missing.json["errors"]?["content"] != nil)
            let made = try await client.send("POST", path, ["title": "A", "content": "B"])
            let note = "\(path)/\(try made.json["data"]?["id"]?.integer ?? 0)"
            for change: JSONValue in [
                [:], ["title": ""], ["content": .null], ["type": .string(String(repeating: "x", count: 51))],
            ] {
                #expect(try await client.send("PUT", note, change).status == 422, "\(change.serialized())")
            }
            #expect(try await client.send("PUT", path + "/999999999", ["title": "A"]).status == 404)
            #expect(try await client.send("GET", path + "/one").status == 404)
            #expect(try await client.send("GET", path + "?per_page=101").status == 422)

            let other = try await host.client(of: AccountID())
            #expect(try await other.send("GET", note).status == 404)
            #expect(try await other.send("DELETE", note).status == 404)
            #expect(try await client.send("GET", note).status == 200)
            let nobody = "/v1/customers/CUST-000101-99999/notes"
            #expect(try await client.send("POST", nobody, ["title": "A", "content": "B"]).status == 404)
        }
    }
}
