/// Any JSON value.
///
/// Numbers are kept as text, so that `0.1` and integers of any size stay what they are.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The member of an object, or nil if there is none or this is no object.
    public subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }
}

/// A number as JSON writes it (RFC 8259 §6). Equal means: the same text.
public struct JSONNumber: Hashable, Sendable, CustomStringConvertible {
    /// The number's text.
    public let text: String

    /// Takes a number of JSON's grammar; nil for any other text.
    public init?(_ text: String) {
        var scanner = JSONScanner(bytes: Array(text.utf8), maximumDepth: 0)
        guard (try? scanner.number()) == text, scanner.isAtEnd else { return nil }
        self.text = text
    }

    /// Takes an integer.
    public init(_ integer: some BinaryInteger) {
        text = String(integer)
    }

    init(checked text: String) {
        self.text = text
    }

    /// The number as an integer, if it is written as one and fits.
    public var int64: Int64? { Int64(text) }

    /// The number's text.
    public var description: String { text }
}

extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .number(JSONNumber(value)) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// The last of several members of one name counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
