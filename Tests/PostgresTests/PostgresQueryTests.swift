import FoundationEssentials
import Testing

@testable import Postgres

@Suite struct PostgresQueryTests {
    @Test func interpolatedValuesBecomeBinds() {
        let missing: String? = nil
        let query: PostgresQuery = "SELECT \(1), \("x'; DROP TABLE t; --"), \(missing), \([1, 2])"
        #expect(query.sql == "SELECT $1, $2, $3, $4")
        #expect(query.binds.values == ["1", "x'; DROP TABLE t; --", nil, #"{"1","2"}"#])
        #expect(query.isPrepared)
    }

    @Test func unescapedTextIsNotPrepared() {
        let query: PostgresQuery = "SELECT \(unescaped: "now()"), \(5)"
        #expect(query.sql == "SELECT now(), $1")
        #expect(!query.isPrepared)
        #expect(!PostgresQuery(unsafeSQL: "SELECT 1").isPrepared)
        #expect(("SELECT 1" as PostgresQuery).isPrepared)
    }

    @Test func noticesCharactersThatNoTextCanHold() {
        #expect(("SELECT \("a\u{0}b")" as PostgresQuery).binds.containsNUL)
        #expect(!("SELECT \("aéb")" as PostgresQuery).binds.containsNUL)
    }

    enum Refusal: Error { case first, second }

    @Test func mapsConstraintsByName() {
        let query = ("INSERT" as PostgresQuery)
            .throwing(Refusal.first, onViolationOf: "one").throwing(Refusal.second, onViolationOf: "two")
        #expect(query.error(forViolationOf: "one") as? Refusal == .first)
        #expect(query.error(forViolationOf: "two") as? Refusal == .second)
        #expect(query.error(forViolationOf: "three") == nil)
    }

    @Test(
        arguments: [
            (#"{}"#, []), (#"{1,2}"#, ["1", "2"]),
            (#"{"a,b","c\"d","e\\f",NULL,"NULL"}"#, ["a,b", "c\"d", "e\\f", nil, "NULL"]),
            (#"[0:1]={x,y}"#, ["x", "y"]), (#"{"",é}"#, ["", "é"]),
        ] as [(String, [String?])])
    func readsArrays(text: String, elements: [String?]) throws {
        #expect(try [String?](postgresText: text) == elements)
    }

    @Test(arguments: ["", "{", "{a", "a}", #"{"a}"#, "{{1},{2}}", #"{"a"b}"#])
    func refusesWhatIsNoArray(text: String) {
        #expect(throws: (any Error).self) { try [String?](postgresText: text) }
    }

    @Test func writesArraysThatItReads() throws {
        let texts: [String?] = ["", "a b", "\"", "\\", "{}", ",", "NULL", nil, "é\n"]
        #expect(try [String?](postgresText: #require(texts.postgresText)) == texts)
        let bytes: [[UInt8]] = [[], [0, 255, 16]]
        #expect(bytes.postgresText == #"{"\\x","\\x00ff10"}"#)
        #expect(try [[UInt8]](postgresText: #require(bytes.postgresText)) == bytes)
    }

    @Test(arguments: [0, 1, -1, .max, .min] as [Int64])
    func readsIntegers(value: Int64) throws {
        #expect(try decode(Int64.self, "\(value)") == value)
    }

    @Test(arguments: ["", "-", "1.0", "+1", " 1", "1a", "9223372036854775808", "-9223372036854775809"])
    func refusesWhatIsNoInteger(text: String) {
        #expect(throws: PostgresDecodingFailure.self) { try decode(Int64.self, text) }
    }

    @Test func smallIntegersAreNotTruncated() throws {
        #expect(try decode(Int16.self, "-32768") == -32768)
        #expect(throws: PostgresDecodingFailure.self) { try decode(Int16.self, "32768") }
    }

    @Test(arguments: ["00", #"\x0"#, #"\x0g"#])
    func refusesWhatIsNoBytea(text: String) {
        #expect(throws: PostgresDecodingFailure.self) { try decode([UInt8].self, text) }
    }

    private func decode<T: PostgresDecodable>(_ type: T.Type, _ text: String) throws -> T {
        var text = text
        return try text.withUTF8 { try T(postgresBytes: $0) }
    }
}

extension PostgresBinds {
    /// As libpq will see them.
    var values: [String?] {
        withCStrings { count, values in (0..<Int(count)).map { values?[$0].map { String(cString: $0) } } }
    }
}
