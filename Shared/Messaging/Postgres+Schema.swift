internal import FoundationEssentials
public import Postgres
public import Schema

// How the types of Schema look in columns. Money has two: `amount bigint` and `currency text`.

/// A `timestamptz`, to the microsecond. Sessions run with `TimeZone=UTC` and `DateStyle=ISO`.
extension Timestamp: PostgresCodable {
    public var postgresText: String? { rfc3339 }

    public init(postgresText: String) throws {
        guard let time = Timestamp(rfc3339: postgresText) else { throw MalformedColumn() }
        self = time
    }
}

/// A `uuid`.
extension ID: PostgresCodable {
    public var postgresText: String? { uuid.postgresText }

    public init(postgresText: String) throws {
        self.init(uuid: try UUID(postgresText: postgresText))
    }

    public init(postgresBytes: UnsafeBufferPointer<UInt8>?) throws {
        self.init(uuid: try UUID(postgresBytes: postgresBytes))
    }
}

/// The three letters, a `text`.
extension Currency: PostgresCodable {
    public var postgresText: String? { code }

    public init(postgresText: String) throws {
        guard let currency = Currency(postgresText) else { throw MalformedColumn() }
        self = currency
    }
}

/// The name, a `text`.
extension ServiceName: PostgresCodable {}

/// A `traceparent`, a `text`.
extension TraceContext: PostgresCodable {
    public var postgresText: String? { traceparent }

    public init(postgresText: String) throws {
        guard let context = TraceContext(traceparent: postgresText) else { throw MalformedColumn() }
        self = context
    }
}

/// JSON, as a `text` or, where SQL looks inside, a `jsonb`.
extension JSONValue: PostgresCodable {
    public var postgresText: String? { serialized() }

    public init(postgresText: String) throws {
        try self.init(parsing: Array(postgresText.utf8))
    }
}

/// Key id and ciphertext as JSON, a `text`.
extension Sealed: PostgresCodable {
    public var postgresText: String? {
        // Two strings cannot fail to encode; NULL rather than a crash if they should.
        try? JSON.text(self)
    }

    public init(postgresText: String) throws {
        self = try JSON.decode(from: postgresText)
    }
}

/// A column's text is not of the type that was asked for; the row that catches it adds the column's name.
struct MalformedColumn: Error {}
