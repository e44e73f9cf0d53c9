import Testing

@testable import Edge

@Suite struct CursorTests {
    @Test func survivesTheRoundTrip() throws {
        let fields = ["1716890400000000", "ord_01", "", "é \"x\""]
        let text = Cursor.encode(fields: fields)
        #expect(text.utf8.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") })
        #expect(try Cursor.decode(text, count: 4) == fields)
    }

    @Test func everyDamageIsRefused() {
        let text = Array(Cursor.encode(fields: ["1716890400000000", "ord_01"]))
        for index in text.indices {
            var damaged = text
            damaged[index] = damaged[index] == "A" ? "B" : "A"
            #expect(throws: Cursor.invalid) { try Cursor.decode(String(damaged), count: 2) }
            #expect(throws: Cursor.invalid) { try Cursor.decode(String(text[..<index]), count: 2) }
        }
    }

    @Test(arguments: ["", "x", "eyJpZCI6MX0=", "🙂", String(repeating: "A", count: 5_000)])
    func foreignTextIsRefused(_ text: String) {
        #expect(throws: Cursor.invalid) { try Cursor.decode(text, count: 1) }
    }

    @Test func anotherListsCursorIsRefused() {
        #expect(throws: Cursor.invalid) { try Cursor.decode(Cursor.encode(fields: ["a"]), count: 2) }
        #expect(throws: Cursor.invalid) { try Cursor.decode(Cursor.encode(fields: ["a\u{0}"]), count: 1) }
    }
}
