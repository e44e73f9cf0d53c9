import Schema
import Testing

@testable import Edge

@Suite struct ValidationTests {
    /// One visible character can be any number of scalars, and a database's index takes only so many bytes.
    @Test func lengthsCountScalars() {
        let grapheme = "e" + String(repeating: "\u{301}", count: 300)
        var validation = Validation()
        _ = validation.required(grapheme, "name")
        _ = validation.required(String(repeating: "é", count: 255), "title")
        #expect(validation.errors.map(\.dottedPath) == ["name"])
    }

    @Test(arguments: [
        ("[1]", "invalid_type"), (#"{"n": 1e50}"#, "out_of_range"),
        (#"{"t": "\#(String(repeating: "x", count: 64 << 10))"}"#, "too_long"),
    ])
    func metadataThatCannotBeKeptIsRefused(_ text: String, _ code: String) throws {
        var validation = Validation()
        _ = validation.metadata(try JSON.decode(JSONValue.self, from: text))
        #expect(validation.errors == validation.errors.filter { $0.path == ["metadata"] && $0.code == code })
        #expect(validation.errors.count == 1)
    }

    @Test func ordinaryMetadataIsTaken() throws {
        var validation = Validation()
        let metadata: JSONValue = ["campaign": "spring", "visits": 3]
        #expect(validation.metadata(metadata) == metadata)
        #expect(validation.metadata(nil) == nil)
        #expect(validation.errors.isEmpty)
    }

    @Test func aFieldAtFaultIsNamedOnce() {
        var validation = Validation()
        let quantity: Int? = validation.value("x", "items", "0", "quantity")
        _ = validation.integer(quantity, in: 1...9, "items", "0", "quantity")
        let name = validation.optional(String(repeating: "x", count: 256), "name")
        _ = validation.required(name, "name")
        validation.fail(["address"], "too_long", "This is too long.")
        validation.fail(["address"], "too_long", "This is too long.")
        #expect(validation.errors.map(\.dottedPath) == ["items.0.quantity", "name", "address"])
        #expect(validation.errors.first?.message == "This must be a whole number.")
    }

    @Test(arguments: [("[1, 2.5]", "list.1", "invalid_type"), (#"{"a": 1}"#, "list", "invalid_type")])
    func aValueIsReadByItsType(_ text: String, _ path: String, _ code: String) throws {
        var validation = Validation()
        #expect(validation.value(try JSONValue(parsing: Array("[7]".utf8)), "list", as: [Int].self) == [7])
        #expect(validation.value(.null, "list", as: [Int].self) == nil)
        #expect(validation.errors.isEmpty)
        #expect(validation.value(try JSONValue(parsing: Array(text.utf8)), "list", as: [Int].self) == nil)
        #expect(validation.errors.map(\.dottedPath) == [path] && validation.errors.map(\.code) == [code])
    }

    @Test(arguments: ["yesterday", "0000-06-01T00:00:00Z", "0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-02:00"])
    func aTimeAtFaultHasOneCodeEverywhere(_ text: String) throws {
        var validation = Validation()
        #expect(validation.timestamp(text, "at") == nil)
        #expect(validation.errors.map(\.code) == ["invalid_timestamp"])
        let query = try QueryParameters("at=\(PercentEncoding.encode(text))")
        #expect(throws: RequestError.validation(validation.errors)) { try query.timestamp("at") }
    }

    @Test(arguments: ["2026-05-01T00:00:00 02:00", "2026-05-01 00:00:00Z", "2026-05-01"])
    func timesOfQueriesMayHaveLostTheirPlus(_ text: String) throws {
        #expect(try QueryParameters("at=\(PercentEncoding.encode(text))").timestamp("at") != nil)
    }
}
