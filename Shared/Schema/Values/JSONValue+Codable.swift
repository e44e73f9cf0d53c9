import FoundationEssentials

/// Coding through `Codable` goes by `Decimal`, the most exact number that a `Decoder` hands out: values of up to 38
/// significant digits stay what they are, though their spelling may change (`1.50` becomes `1.5`). A decoder rounds longer
/// ones; encoding refuses them. Use ``JSONValue/init(parsing:maximumDepth:)`` and ``JSONValue/serialized(pretty:)`` to
/// keep the very text.
extension JSONValue: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // A failed attempt costs an error value, so the frequent kinds come first.
        if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let members = try? container.decode([String: JSONValue].self) {
            self = .object(members)
        } else if container.decodeNil() {
            self = .null
        } else if let integer = try? container.decode(Int64.self) {
            self = .number(JSONNumber(integer))
        } else if let bool = try? container.decode(Bool.self) {
            self = .bool(bool)
        } else if let elements = try? container.decode([JSONValue].self) {
            self = .array(elements)
        } else if let decimal = try? container.decode(Decimal.self) {
            self = .number(try JSONNumber(decimal, in: container))
        } else {
            // A text with half of a surrogate pair, or a number that no type holds.
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "the value cannot be read")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let elements): try container.encode(elements)
        case .object(let members): try container.encode(members)
        case .number(let number):
            if let integer = number.int64 {
                try container.encode(integer)
            } else {
                try container.encode(try number.decimal(codingPath: encoder.codingPath))
            }
        }
    }
}

extension JSONNumber {
    fileprivate init(_ decimal: Decimal, in container: any SingleValueDecodingContainer) throws {
        guard decimal.isFinite else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "the number is out of range")
        }
        self.init(checked: decimal.description)
    }

    fileprivate func decimal(codingPath: [any CodingKey]) throws -> Decimal {
        let digits = text.utf8.prefix { $0 | 0x20 != UInt8(ascii: "e") }.count { $0 >= UInt8(ascii: "0") }
        guard digits <= 38, let decimal = Decimal(string: text), decimal.isFinite else {
            let context = EncodingError.Context(codingPath: codingPath, debugDescription: "the number is out of range")
            throw EncodingError.invalidValue(text, context)
        }
        return decimal
    }
}
