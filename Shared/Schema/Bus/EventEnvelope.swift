public import FoundationEssentials

/// An event as it travels: the CloudEvents 1.0 attributes and the payload's JSON.
public struct EventEnvelope: Equatable, Sendable {
    /// Unique per event; a redelivered event has the same one.
    public var id: UUID
    /// The CloudEvents type, such as `com.caravan.orders.order_placed.v1`.
    public var type: String
    /// Which service says so, such as `/caravan/orders`.
    public var source: String
    /// The id of the aggregate it is about, which is the Kafka key too.
    public var subject: String
    /// When it happened.
    public var time: Timestamp
    /// The number of the event among those of its subject: 1, 2, 3 … without gaps.
    public var sequence: Int64
    /// The account whose data it is about.
    public var account: ID<Account>
    /// The W3C trace context of the work that caused it.
    public var traceparent: String?
    /// The Kafka topic.
    public var topic: String
    /// The payload as UTF-8 JSON.
    public var payload: [UInt8]

    /// Makes an envelope from its parts.
    public init(
        id: UUID, type: String, source: String, subject: String, time: Timestamp, sequence: Int64,
        account: ID<Account>, traceparent: String?, topic: String, payload: [UInt8]
    ) {
        self.id = id
        self.type = type
        self.source = source
        self.subject = subject
        self.time = time
        self.sequence = sequence
        self.account = account
        self.traceparent = traceparent
        self.topic = topic
        self.payload = payload
    }

    /// Wraps an event that happens now, with a new id and the current trace context.
    ///
    /// - Throws: `EncodingError`.
    public init<E: Event>(
        _ event: E, from service: ServiceName, subject: String, sequence: Int64, account: ID<Account>
    ) throws {
        self.init(
            id: UUIDv7.next(), type: E.type, source: EventEnvelope.source(of: service), subject: subject, time: .now(),
            sequence: sequence, account: account, traceparent: TraceContext.current?.traceparent,
            topic: event.destination.name, payload: try JSON.encode(event))
    }

    /// The CloudEvents source of a service, `/caravan/orders`.
    public static func source(of service: ServiceName) -> String { "/caravan/\(service.rawValue)" }

    /// The ``id`` as `ce_id` carries it, in lower case.
    public var idText: String { id.lowercaseText }

    /// The ``type`` without its version.
    public var family: String {
        guard let dot = type.lastIndex(of: ".") else { return type }
        return String(type[..<dot])
    }

    /// Reads the payload. Any version of the event will do.
    ///
    /// - Throws: ``EventError/unexpectedType(_:)`` when the envelope holds another event; `DecodingError`.
    public func decode<E: Event>(_ event: E.Type = E.self) throws -> E {
        guard family == E.family else { throw EventError.unexpectedType(type) }
        return try JSON.decode(E.self, from: payload)
    }
}

/// Why an event could not be read or sent.
public enum EventError: Error, Hashable, Sendable {
    /// The envelope holds another event than was asked for; the associated value is its type.
    case unexpectedType(String)
    /// No broker would take an event of this type with so much in it.
    case tooLarge(String)
}

/// The Kafka header names of CloudEvents in binary mode, and ours beside them.
///
/// Source: CloudEvents Kafka Protocol Binding 1.0.2 §3.2.
public enum CloudEventsHeader {
    /// The version of CloudEvents: ``specificationVersion``.
    public static let specVersion = "ce_specversion"
    /// ``EventEnvelope/idText``.
    public static let id = "ce_id"
    /// ``EventEnvelope/type``.
    public static let type = "ce_type"
    /// ``EventEnvelope/source``.
    public static let source = "ce_source"
    /// ``EventEnvelope/subject``.
    public static let subject = "ce_subject"
    /// ``EventEnvelope/time`` as RFC 3339.
    public static let time = "ce_time"
    /// ``EventEnvelope/sequence`` in decimal.
    public static let sequence = "ce_sequence"
    /// ``EventEnvelope/account``.
    public static let account = "ce_account"
    /// ``EventEnvelope/traceparent`` (CloudEvents' distributed tracing uses W3C's own name here).
    public static let traceParent = "traceparent"
    /// The media type of the value: ``json``.
    public static let contentType = "content-type"

    /// The value of ``specVersion``.
    public static let specificationVersion = "1.0"
    /// The value of ``contentType``.
    public static let json = "application/json"
}
