import FoundationEssentials
import Schema

/// Decodes a tree whose scalars may be loosely typed: forms hold nothing but strings, and clients of some APIs write
/// `"7"` for 7, `1` for true and `""` for nothing.
///
/// Strings become numbers and booleans where those are asked for and the other way round, an empty string is null for
/// everything but a string, and an object whose names are whole numbers is also an array.
struct LenientDecoder: Decoder {
    let tree: JSONValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func decode<T: Decodable>(_ type: T.Type, from tree: JSONValue) throws -> T {
        try LenientDecoder(tree: tree, codingPath: []).decode(type)
    }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        // These two would ask the decoder for representations of their own.
        if T.self == Decimal.self, let value = try decimal() as? T { return value }
        if T.self == JSONValue.self, let value = plain(tree) as? T { return value }
        return try T(from: self)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        switch tree {
        case .object(let children):
            return KeyedDecodingContainer(LenientKeyedContainer(children: children, codingPath: codingPath))
        case .array(let elements) where elements.isEmpty:
            // PHP writes an empty object as an empty array.
            return KeyedDecodingContainer(LenientKeyedContainer(children: [:], codingPath: codingPath))
        default:
            throw mismatch([String: Any].self)
        }
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = elements(of: tree) else { throw mismatch([Any].self) }
        return LenientUnkeyedContainer(elements: elements, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        LenientSingleValueContainer(decoder: self)
    }

    // MARK: Scalars

    var isNull: Bool {
        switch tree {
        case .null: true
        case .string(let text): text.isEmpty
        default: false
        }
    }

    func string() throws -> String {
        guard let text else { throw mismatch(String.self) }
        return text
    }

    func boolean() throws -> Bool {
        if case .bool(let value) = tree { return value }
        guard let text, let value = LenientScalar.boolean(text) else { throw mismatch(Bool.self) }
        return value
    }

    func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        guard let text, let value = Number(text) else { throw mismatch(type) }
        return value
    }

    func floating<Number: LosslessStringConvertible & BinaryFloatingPoint>(_ type: Number.Type) throws -> Number {
        guard let text, let value = Number(text), value.isFinite else { throw mismatch(type) }
        return value
    }

    private func decimal() throws -> Decimal {
        guard let text, ExactNumber.isValid(text), let value = Decimal(string: text), value.isFinite else {
            throw mismatch(Decimal.self)
        }
        return value
    }

    /// The scalar as text; nil for containers and null.
    private var text: String? {
        switch tree {
        case .string(let text): text
        case .number(let number): "\(number)"
        case .bool(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    // MARK: Trees

    /// The elements of an array, or of an object that is one; nil for others.
    private func elements(of tree: JSONValue) -> [JSONValue]? {
        switch tree {
        case .array(let elements):
            return elements
        case .object(let children):
            let indexed = children.compactMap { name, value in Int(name).map { (index: $0, value: value) } }
            guard indexed.count == children.count else { return nil }
            return indexed.sorted { $0.index < $1.index }.map(\.value)
        default:
            return isNull ? [] : nil
        }
    }

    /// The tree for those who keep it as it is: objects named 0, 1, 2 … become arrays.
    private func plain(_ tree: JSONValue) -> JSONValue {
        switch tree {
        case .array(let elements): .array(elements.map(plain))
        case .object(let children) where !children.isEmpty:
            if (0..<children.count).allSatisfy({ children[String($0)] != nil }), let elements = elements(of: tree) {
                .array(elements.map(plain))
            } else {
                .object(children.mapValues(plain))
            }
        default: tree
        }
    }

    func mismatch(_ type: Any.Type) -> DecodingError {
        let context = DecodingError.Context(codingPath: codingPath, debugDescription: "")
        return isNull ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }
}

/// The grammar of JSON numbers without an exponent, which is all that a decimal field may hold.
enum ExactNumber {
    static func isValid(_ text: String) -> Bool {
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        guard text.utf8.count - digits.count <= 1, digits.count <= 64 else { return false }
        let parts = digits.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
    }
}
