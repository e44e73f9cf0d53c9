import Schema
import Testing

@testable import Edge

@Suite struct FormParserTests {
    private func parse(_ text: String) throws -> JSONValue {
        try FormParser.parse(Array(text.utf8))
    }

    @Test func readsNestedBrackets() throws {
        let tree = try parse(
            "products[0][offer_id]=7&products[1][offer_id]=8&customer[email]=a%40b.c&types[]=x&types[]=y")
        #expect(
            tree == [
                "products": ["0": ["offer_id": "7"], "1": ["offer_id": "8"]], "customer": ["email": "a@b.c"],
                "types": ["0": "x", "1": "y"],
            ])
    }

    @Test func readsSpacesEscapesAndMissingValues() throws {
        #expect(try parse("a=1+2%2B3&b&c=") == ["a": "1 2+3", "b": "", "c": ""])
        #expect(try parse("name=Jos%C3%A9&&x=1") == ["name": "José", "x": "1"])
    }

    @Test func lastOfEqualNamesWins() throws {
        #expect(try parse("a=1&a=2") == ["a": "2"])
    }

    @Test(
        arguments: [
            "a=%", "a=%4", "a=%zz", "a=%ff", "a=%00", "%00=a", "=1", "[a]=1", "a[=1", "a[b=1", "a]b[=1", "a[b]c=1",
            "a=1&a[b]=2", "a[b]=1&a=2", "a" + String(repeating: "[b]", count: 17) + "=1",
            String(repeating: "a=1&", count: 2_001),
        ])
    func refuses(_ text: String) {
        #expect(throws: RequestError.self) { try parse(text) }
    }

    @Test func hugeIndicesCostNothing() throws {
        let tree = try parse("a[9223372036854775807]=1&a[]=2&a[99999999999999999999]=3")
        guard case .object(let members)? = tree["a"] else {
            Issue.record("no group")
            return
        }
        #expect(members.count == 3)
    }
}
