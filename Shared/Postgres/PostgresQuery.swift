import Glibc

/// A statement whose interpolated values travel beside the text, never in it: `"… WHERE id = \(id)"` becomes
/// `… WHERE id = $1`.
///
/// An `Optional` binds NULL, an array an array literal: `unnest(\(ids)::uuid[])`. The server infers the values' types
/// from the statement; add a cast where it can't.
public struct PostgresQuery: ExpressibleByStringInterpolation, Sendable {
    public var sql: String
    var binds = PostgresBinds()
    /// Prepared once per connection and kept; not worth it for text that is put together at run time.
    var isPrepared: Bool
    private var violations: [(constraint: String, error: any Error & Sendable)]?

    public init(stringLiteral value: String) {
        sql = value
        isPrepared = true
    }

    public init(stringInterpolation: StringInterpolation) {
        sql = stringInterpolation.sql
        binds = stringInterpolation.binds
        isPrepared = !stringInterpolation.isUnescaped
    }

    /// A whole statement without values, sent as it is: never build it from anything a client sent.
    public init(unsafeSQL: String) {
        sql = unsafeSQL
        isPrepared = false
    }

    /// Throws `error` instead of a ``PostgresError`` when this statement violates `constraint` (the name of a unique
    /// index, check, foreign key, …). May be chained for several constraints.
    public func throwing(_ error: any Error & Sendable, onViolationOf constraint: String) -> PostgresQuery {
        var query = self
        query.violations = (violations ?? []) + [(constraint, error)]
        return query
    }

    func error(forViolationOf constraint: String) -> (any Error & Sendable)? {
        violations?.first { $0.constraint == constraint }?.error
    }

    public struct StringInterpolation: StringInterpolationProtocol, Sendable {
        var sql = ""
        var binds = PostgresBinds()
        var isUnescaped = false

        public init(literalCapacity: Int, interpolationCount: Int) {
            // "$12" replaces each value.
            sql.reserveCapacity(literalCapacity + 3 * interpolationCount)
            binds.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) { sql += literal }

        /// Binds a value.
        public mutating func appendInterpolation(_ value: some PostgresEncodable) {
            binds.append(value.postgresText)
            sql += "$"
            sql += String(binds.count)
        }

        /// Inserts a part of the statement that is written in the source, such as a list of columns that several share.
        public mutating func appendInterpolation(constant text: StaticString) {
            sql += "\(text)"
        }

        /// Binds a value or NULL. Of its own, because the compiler warns of an optional where a value is expected.
        public mutating func appendInterpolation<T: PostgresEncodable>(_ value: T?) {
            binds.append(value?.postgresText)
            sql += "$"
            sql += String(binds.count)
        }

        /// Inserts text into the statement as it is: never anything a client sent. Such a statement isn't prepared.
        public mutating func appendInterpolation(unescaped text: String) {
            sql += text
            isUnescaped = true
        }
    }
}

/// The values of one statement as libpq wants them, NUL-terminated, in one buffer.
struct PostgresBinds: Sendable {
    private var bytes: [UInt8] = []
    /// Where each value starts in `bytes`; −1 is NULL.
    private var offsets: [Int] = []
    /// libpq would cut a text at a NUL character, which no Postgres text can hold anyhow.
    private(set) var containsNUL = false

    var count: Int { offsets.count }

    mutating func reserveCapacity(_ count: Int) {
        offsets.reserveCapacity(count)
        bytes.reserveCapacity(count * 24)
    }

    mutating func append(_ text: String?) {
        guard var text else { return offsets.append(-1) }
        offsets.append(bytes.count)
        text.withUTF8 { utf8 in
            if let start = utf8.baseAddress, memchr(start, 0, utf8.count) != nil { containsNUL = true }
            bytes.append(contentsOf: utf8)
        }
        bytes.append(0)
    }

    /// The values' count and C strings, valid during the call.
    func withCStrings<R>(_ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?) -> R) -> R {
        guard !offsets.isEmpty else { return body(0, nil) }
        return bytes.withUnsafeBufferPointer { bytes in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: offsets.count) { values in
                let start = UnsafeRawPointer(bytes.baseAddress)
                for (index, offset) in offsets.enumerated() {
                    let value = offset < 0 ? nil : start.map { ($0 + offset).assumingMemoryBound(to: CChar.self) }
                    values.initializeElement(at: index, to: value)
                }
                return body(Int32(offsets.count), UnsafePointer(values.baseAddress))
            }
        }
    }
}

/// A query and the line that asked for it.
struct PostgresStatement: Sendable {
    var query: PostgresQuery
    var file: String
    var line: Int
    /// Takes the rows, of a statement that is not the last of its pipeline.
    var receive: (@Sendable (PostgresRows) throws -> Void)? = nil
}
