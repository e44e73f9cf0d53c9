import Foundation
import Schema
import Testing

/// What is kept and sent as JSON is the text that Foundation's encoder would write.
@Suite struct JSONEncodingTests {
    @Test func textsAreEscapedAsFoundationDoes() throws {
        let scalars = (0..<0x250).compactMap(Unicode.Scalar.init) + ["\u{2028}", "👋", "/", "\u{FEFF}"]
        try expectFoundations(scalars.map { String(Character($0)) })
        try expectFoundations(String(String.UnicodeScalarView(scalars)))
        try expectFoundations("")
    }

    @Test func numbersAreWrittenAsFoundationDoes() throws {
        try expectFoundations([Int64.min, .max, 0, -1])
        try expectFoundations([UInt64.max])
        try expectFoundations([5, -0.0, 1.5e-9, 1e300, .pi, .leastNonzeroMagnitude] as [Double])
        try expectFoundations([0.1, 5] as [Float])
        try expectFoundations(["12.340", "-0.000001", "12345678901234567890.12"].map { Decimal(string: $0) })
    }

    @Test func keysAreSortedByTheirBytesAndTheLastOfAKeyCounts() throws {
        let keys = ["b", "a", "a b", "ab", "Z", "", "é", "e\u{301}a", "a\"", "_"]
        try expectFoundations(Dictionary(uniqueKeysWithValues: zip(keys, 0...)))
        try expectFoundations(Twice())
    }

    @Test func nestedContainersMayBeFilledInAnyOrder() throws {
        try expectFoundations(Interleaved())
        try expectFoundations([Interleaved(), Interleaved()])
    }

    @Test func whatSaysNothingIsAnEmptyObject() throws {
        try expectFoundations([Silent()])
        try expectFoundations(["silent": Silent()])
        try expectFoundations([String: Int]())
        try expectFoundations([Int]())
        try expectFoundations([nil, 1] as [Int?])
    }

    @Test func aFailedMemberLeavesNothingBehind() throws {
        #expect(String(decoding: try JSON.encode(Forgiving()), as: UTF8.self) == #"{"after":[1],"before":true}"#)
    }

    @Test func whatIsNoNumberIsRefusedWithItsPlace() throws {
        let error = #expect(throws: EncodingError.self) { try JSON.encode(["rates": [1, Double.infinity]]) }
        guard case .invalidValue(_, let context)? = error else { return }
        #expect(context.codingPath.map(\.stringValue) == ["rates", "1"])
    }

    private func expectFoundations(_ value: some Encodable, _ location: SourceLocation = #_sourceLocation) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let expected = String(decoding: try encoder.encode(value), as: UTF8.self)
        #expect(String(decoding: try JSON.encode(value), as: UTF8.self) == expected, sourceLocation: location)
    }
}

private enum Key: CodingKey {
    case a, b, c
}

private struct Twice: Encodable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode("first", forKey: .b)
        try container.encode(1, forKey: .a)
        var again = encoder.container(keyedBy: Key.self)
        try again.encode("second", forKey: .b)
    }
}

private struct Silent: Encodable {
    func encode(to encoder: any Encoder) {}
}

private struct Interleaved: Encodable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        var object = container.nestedContainer(keyedBy: Key.self, forKey: .b)
        try container.encode("beside", forKey: .a)
        var array = container.nestedUnkeyedContainer(forKey: .c)
        try object.encode(1, forKey: .c)
        try array.encode("one")
        var inner = array.nestedContainer(keyedBy: Key.self)
        try array.encodeNil()
        try inner.encode(Silent(), forKey: .a)
        try object.encode(["two"], forKey: .b)
    }
}

private struct Forgiving: Encodable {
    enum Key: CodingKey {
        case before, broken, after
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(true, forKey: .before)
        try? container.encode(["a": ["b": Double.nan]], forKey: .broken)
        try container.encode([1], forKey: .after)
    }
}
