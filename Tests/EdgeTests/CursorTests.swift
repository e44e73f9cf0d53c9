import Testing

@testable import Edge

@Suite struct CursorTests {
    private static func decode(_ text: String, count: Int) throws -> [String] {
        try Cursor.decode(text, count: count, parameter: "after")
    }

    private static let invalid = Cursor.invalid("after")

    @Test func survivesTheRoundTrip() throws {
        let fields = ["1716890400000000", "ord_01", "", "é \"x\""]
        let text = Cursor.encode(fields: fields)
        #expect(text.utf8.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") })
        #expect(try Self.decode(text, count: 4) == fields)
    }

    @Test func everyDamageIsRefused() {
        let text = Array(Cursor.encode(fields: ["1716890400000000", "ord_01"]))
        for index in text.indices {
            var damaged = text
            damaged[index] = damaged[index] == "A" ? "B" : "A"
            #expect(throws: Self.invalid) { try Self.decode(String(damaged), count: 2) }
            #expect(throws: Self.invalid) { try Self.decode(String(text[..<index]), count: 2) }
        }
    }

    @Test(arguments: ["", "x", "eyJpZCI6MX0=", "🙂", String(repeating: "A", count: 5_000)])
    func foreignTextIsRefused(_ text: String) {
        #expect(throws: Self.invalid) { try Self.decode(text, count: 1) }
    }

    @Test func anotherListsCursorIsRefused() {
        #expect(throws: Self.invalid) { try Self.decode(Cursor.encode(fields: ["a"]), count: 2) }
        #expect(throws: Self.invalid) { try Self.decode(Cursor.encode(fields: ["a\u{0}"]), count: 1) }
    }
}
