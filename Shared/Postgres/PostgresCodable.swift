public import FoundationEssentials

/// A value that can be bound in a ``PostgresQuery``, in Postgres' text format.
///
/// An enum with raw values conforms by declaring it: `enum Status: String, PostgresCodable { … }`.
public protocol PostgresEncodable: Sendable {
    /// The text of the value; nil is NULL.
    var postgresText: String? { get }
    /// The text of an array of this type. Only bytes, whose array is a `bytea`, need their own.
    static func postgresText(ofArray array: [Self]) -> String
}

/// A value that can be read from a column, in Postgres' text format.
public protocol PostgresDecodable {
    /// - Throws: any error if `postgresText` isn't such a value.
    init(postgresText: String) throws
    /// The bytes as they came; nil is NULL. The default makes a `String` of them and refuses NULL.
    init(postgresBytes: UnsafeBufferPointer<UInt8>?) throws
    /// The array of this type, from the bytes of the whole array.
    static func array(postgresBytes: UnsafeBufferPointer<UInt8>) throws -> [Self]
}

public typealias PostgresCodable = PostgresEncodable & PostgresDecodable

extension PostgresEncodable {
    public static func postgresText(ofArray array: [Self]) -> String {
        PostgresArrayText.literal(array)
    }
}

extension PostgresDecodable {
    public init(postgresBytes: UnsafeBufferPointer<UInt8>?) throws {
        guard let postgresBytes else { throw PostgresDecodingFailure.null }
        self = try Self(postgresText: String(decoding: postgresBytes, as: UTF8.self))
    }

    public static func array(postgresBytes: UnsafeBufferPointer<UInt8>) throws -> [Self] {
        try PostgresArrayText.elements(of: postgresBytes).map { element in
            guard let element else { return try Self(postgresBytes: nil) }
            return try element.withUnsafeBufferPointer { try Self(postgresBytes: $0) }
        }
    }
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    public var postgresText: String? { rawValue.postgresText }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    public init(postgresText: String) throws {
        guard let value = Self(rawValue: try RawValue(postgresText: postgresText)) else {
            throw PostgresDecodingFailure.malformed
        }
        self = value
    }
}

/// Why a value could not be read; the row adds the column.
enum PostgresDecodingFailure: Error {
    case null, malformed
}

extension String: PostgresCodable {
    public var postgresText: String? { self }
    public init(postgresText: String) { self = postgresText }
}

extension Bool: PostgresCodable {
    public var postgresText: String? { self ? "t" : "f" }
    public init(postgresText: String) throws {
        switch postgresText {
        case "t": self = true
        case "f": self = false
        default: throw PostgresDecodingFailure.malformed
        }
    }
}

extension FixedWidthInteger where Self: PostgresCodable {
    public var postgresText: String? { String(self) }

    public init(postgresText: String) throws {
        guard let value = Self(postgresText) else { throw PostgresDecodingFailure.malformed }
        self = value
    }

    // Without a String on the way.
    public init(postgresBytes: UnsafeBufferPointer<UInt8>?) throws {
        guard let postgresBytes else { throw PostgresDecodingFailure.null }
        let isNegative = postgresBytes.first == UInt8(ascii: "-")
        guard postgresBytes.count > (isNegative ? 1 : 0) else { throw PostgresDecodingFailure.malformed }
        var value: Self = 0
        for byte in postgresBytes.dropFirst(isNegative ? 1 : 0) {
            let digit = byte &- UInt8(ascii: "0")
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) =
                isNegative
                ? product.subtractingReportingOverflow(Self(truncatingIfNeeded: digit))
                : product.addingReportingOverflow(Self(truncatingIfNeeded: digit))
            guard digit < 10, !overflow, !carry else { throw PostgresDecodingFailure.malformed }
            value = sum
        }
        self = value
    }
}

extension Int: PostgresCodable {}
extension Int64: PostgresCodable {}
extension Int32: PostgresCodable {}
extension Int16: PostgresCodable {}

extension Double: PostgresCodable {
    public var postgresText: String? { String(self) }
    public init(postgresText: String) throws {
        // Postgres writes Infinity and NaN, which Swift reads too.
        guard let value = Double(postgresText) else { throw PostgresDecodingFailure.malformed }
        self = value
    }
}

extension UUID: PostgresCodable {
    /// `uuidString` goes through printf, which shows in profiles.
    public var postgresText: String? {
        let digits: StaticString = "0123456789abcdef"
        return withUnsafeBytes(of: uuid) { bytes in
            String(unsafeUninitializedCapacity: 36) { text in
                var position = 0
                for (index, byte) in bytes.enumerated() {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        text[position] = UInt8(ascii: "-")
                        position += 1
                    }
                    text[position] = digits.utf8Start[Int(byte >> 4)]
                    text[position + 1] = digits.utf8Start[Int(byte & 15)]
                    position += 2
                }
                return position
            }
        }
    }

    public init(postgresText: String) throws {
        var text = postgresText
        self = try text.withUTF8 { try UUID(postgresBytes: $0) }
    }

    /// `UUID(uuidString:)` goes through scanf. Postgres writes 36 characters in lower case.
    public init(postgresBytes text: UnsafeBufferPointer<UInt8>?) throws {
        guard let text else { throw PostgresDecodingFailure.null }
        guard text.count == 36 else { throw PostgresDecodingFailure.malformed }
        var uuid: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        try withUnsafeMutableBytes(of: &uuid) { bytes in
            var position = 0
            for index in bytes.indices {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    guard text[position] == UInt8(ascii: "-") else { throw PostgresDecodingFailure.malformed }
                    position += 1
                }
                let high = try UInt8.value(ofHexDigit: text[position])
                bytes[index] = try high << 4 | UInt8.value(ofHexDigit: text[position + 1])
                position += 2
            }
        }
        self.init(uuid: uuid)
    }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    public var postgresText: String? { self?.postgresText }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    public init(postgresText: String) throws { self = try Wrapped(postgresText: postgresText) }
    public init(postgresBytes: UnsafeBufferPointer<UInt8>?) throws {
        self = try postgresBytes.map { try Wrapped(postgresBytes: $0) }
    }
}

/// One-dimensional arrays; `[UInt8]` is a `bytea` and `[[UInt8]]` an array of them.
extension Array: PostgresEncodable where Element: PostgresEncodable {
    public var postgresText: String? { Element.postgresText(ofArray: self) }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    public init(postgresText: String) throws {
        var text = postgresText
        self = try text.withUTF8 { try Element.array(postgresBytes: $0) }
    }
    public init(postgresBytes: UnsafeBufferPointer<UInt8>?) throws {
        guard let postgresBytes else { throw PostgresDecodingFailure.null }
        self = try Element.array(postgresBytes: postgresBytes)
    }
}
