import Schema
import Testing

@Suite struct JSONValueTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    @Test(arguments: [
        "null", "true", "false", "0", "-0", "1.50", "1e400", "-12.5E+3", "123456789012345678901234567890.123456789",
        #""""#, #""a\"b\\c\n\u0001 é 😀""#, "[]", "{}", #"[1,[2,{"a":null}],"x"]"#, #"{"a":1,"b":{"c":[true]}}"#,
    ])
    func keepsTextExactly(text: String) throws {
        #expect(try parse(text).serialized() == text)
    }

    @Test(arguments: [
        (#""\u00e9\ud83d\ude00\/\b\f""#, "\u{E9}\u{1F600}/\u{8}\u{C}"), (#""\t""#, "\t"),
    ])
    func resolvesEscapes(text: String, string: String) throws {
        #expect(try parse(text) == .string(string))
    }

    @Test(arguments: [
        "", " ", "nul", "tru", "01", "1.", ".5", "-", "+1", "1e", "NaN", "[", "[1", "[1,]", "[1 2]", "{", "{a:1}",
        #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a":1 "b":2}"#, #"{"a":1,"a":2}"#, #"""#, "\"\n\"", #""\x""#,
        #""\u12""#,
        #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, "1 2", "[]]", "'a'",
    ])
    func rejectsWhatIsNoJSON(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test func rejectsInvalidUTF8() {
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test func boundsTheDepth() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONValue(parsing: nested(64))
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: nested(65)) }
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: nested(1_000_000)) }
    }

    @Test func codesEveryKind() throws {
        let text = #"{"a":null,"b":true,"c":[1,-2.25,1234567890.123456789],"d":{"e":"x","f":0},"g":[],"h":false}"#
        let value = try JSON.decode(JSONValue.self, from: Array(text.utf8))
        #expect(value == (try parse(text)))
        #expect(String(decoding: try JSON.encode(value), as: UTF8.self) == text)
    }

    /// `Double` would make 0.1 into 0.1000000000000000055 and lose the last digits of the others.
    @Test(arguments: [
        "0.1", "0.3", "100.07", "9007199254740993", "9223372036854775807", "9223372036854775808",
        "12345678901234567890.123456789", "-0.000001", "1000000000000000000000",
    ])
    func codesNumbersExactly(text: String) throws {
        let value = try JSON.decode(JSONValue.self, from: Array("[\(text)]".utf8))
        #expect(value.serialized() == "[\(text)]")
        #expect(String(decoding: try JSON.encode(value), as: UTF8.self) == "[\(text)]")
    }

    @Test func refusesToDecodeWhatIsOutOfRange() {
        #expect(throws: DecodingError.self) { try JSON.decode(JSONValue.self, from: Array("[1e400]".utf8)) }
    }

    @Test(arguments: [
        "1e400", "-1E-400", "340282366920938463463374607431768211457", "0.12345678901234567890123456789012345678",
    ])
    func refusesToRoundWhenEncoding(text: String) throws {
        let value = try parse(text)
        #expect(throws: EncodingError.self) { try JSON.encode(value) }
    }

    @Test func writesForPeople() throws {
        let value: JSONValue = ["b": [1, "x"], "a": [:], "c": .null, "d": true]
        #expect(
            value.serialized(pretty: true)
                == """
                {
                  "a": {},
                  "b": [
                    1,
                    "x"
                  ],
                  "c": null,
                  "d": true
                }
                """)
        #expect(value["b"] == [1, "x"])
        #expect(value["z"] == nil)
    }

    @Test func numbersFollowTheGrammar() {
        #expect(JSONNumber("1.50")?.text == "1.50")
        #expect(JSONNumber("42")?.int64 == 42)
        #expect(JSONNumber("42.0")?.int64 == nil)
        for text in ["", "01", "1 ", " 1", "x", "1.", "--1"] { #expect(JSONNumber(text) == nil) }
    }
}
