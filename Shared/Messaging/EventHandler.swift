public import Postgres
public import Schema

/// What a service does about one type of event.
///
/// A handler runs in the transaction that records the event in the inbox: its effect happens once, however often the
/// event is delivered. It therefore does nothing that a rollback could not undo, and queues its statements
/// (`transaction.send`) where it can, as a batch of events shares one transaction.
public protocol EventHandler: Sendable {
    associatedtype Payload: Event

    /// Whether an event is this handler's business, as far as a glance can tell. One that is no handler's is passed over
    /// without a transaction, so the answer must always be the same. By default every event is.
    func concerns(_ envelope: EventEnvelope) -> Bool

    /// Applies an event.
    /// - Throws: A transient ``PostgresError`` to be called again for as long as it takes; anything else to have the
    ///   event parked after a few attempts.
    func handle(_ event: Received<Payload>, in transaction: PostgresTransaction) async throws

    /// Applies events of one type that came one behind the other and share a transaction, in their order. A handler that
    /// has to read for each event does well to read for all of them at once; by default each is applied by itself.
    ///
    /// What is done for one event belongs under its trace, see ``Received/traced(_:)``.
    /// - Throws: as for one event; then all of them are applied again, each in its own transaction.
    func handle(_ events: [Received<Payload>], in transaction: PostgresTransaction) async throws
}

extension EventHandler {
    public func concerns(_ envelope: EventEnvelope) -> Bool { true }

    public func handle(_ events: [Received<Payload>], in transaction: PostgresTransaction) async throws {
        for event in events { try await event.traced { try await handle(event, in: transaction) } }
    }
}

/// An event as it arrived.
public struct Received<Payload: Event>: Sendable {
    /// Whose it is, when it happened, its place among the events of its subject.
    public let envelope: EventEnvelope
    /// What happened.
    public let payload: Payload

    public init(envelope: EventEnvelope, payload: Payload) {
        self.envelope = envelope
        self.payload = payload
    }

    /// Goes on with the event's trace.
    public var trace: TraceContext? { envelope.traceparent.flatMap { TraceContext(traceparent: $0) }?.child() }

    /// Does something under the event's trace: events that are appended meanwhile carry it on.
    public func traced<R>(_ body: () async throws -> R) async rethrows -> R {
        try await TraceContext.$current.withValue(trace) { try await body() }
    }
}

/// A service's handlers by the type that they handle.
struct EventHandlers: Sendable {
    /// A handler without its type.
    private struct Entry: Sendable {
        let payload: ObjectIdentifier
        let concerns: @Sendable (EventEnvelope) -> Bool
        let decode: @Sendable ([EventEnvelope]) throws -> any Sendable
        let handle: @Sendable (any Sendable, PostgresTransaction) async throws -> Void

        init<H: EventHandler>(_ handler: H) {
            typealias Events = [Received<H.Payload>]
            payload = ObjectIdentifier(H.Payload.self)
            concerns = { handler.concerns($0) }
            decode = { envelopes in
                try envelopes.map { Received(envelope: $0, payload: try $0.decode(H.Payload.self)) } as Events
            }
            handle = { events, transaction in
                guard let events = events as? Events else { throw EventError.unexpectedType(H.Payload.type) }
                try await handler.handle(events, in: transaction)
            }
        }
    }

    /// By topic, then by the type without its version: one payload type reads all versions.
    private var table: [String: [String: [Entry]]] = [:]

    init(_ handlers: [any EventHandler]) {
        for handler in handlers { add(handler) }
    }

    private mutating func add<H: EventHandler>(_ handler: H) {
        table[H.Payload.topic.name, default: [:]][H.Payload.family, default: []].append(Entry(handler))
    }

    /// The topics to subscribe to.
    var topics: [String] { table.keys.sorted() }

    func handles(_ envelope: EventEnvelope) -> Bool {
        table[envelope.topic]?[envelope.family]?.contains { $0.concerns(envelope) } ?? false
    }

    /// Runs the events' handlers, in the order in which they were given. Events of one type that follow each other are
    /// decoded once and handed over together.
    func apply(_ envelopes: [EventEnvelope], in transaction: PostgresTransaction) async throws {
        var rest = envelopes[...]
        while let first = rest.first {
            let run = rest.prefix { $0.family == first.family && $0.topic == first.topic }
            rest = rest.dropFirst(run.count)
            var decoded: [ObjectIdentifier: any Sendable] = [:]
            for entry in table[first.topic]?[first.family] ?? [] {
                let events = try decoded[entry.payload] ?? entry.decode(Array(run))
                decoded[entry.payload] = events
                try await entry.handle(events, transaction)
            }
        }
    }
}
