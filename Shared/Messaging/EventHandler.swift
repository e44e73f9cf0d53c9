public import Postgres
public import Schema

/// What a service does about one type of event.
///
/// A handler runs in the transaction that records the event in the inbox: its effect happens once, however often the
/// event is delivered. It therefore does nothing that a rollback could not undo, and queues its statements
/// (`transaction.send`) where it can, as a batch of events shares one transaction.
public protocol EventHandler: Sendable {
    associatedtype Payload: Event

    /// Applies an event.
    /// - Throws: A transient ``PostgresError`` to be called again for as long as it takes; anything else to have the
    ///   event parked after a few attempts.
    func handle(_ event: Received<Payload>, in transaction: PostgresTransaction) async throws
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
}

/// A service's handlers by the type that they handle.
struct EventHandlers: Sendable {
    private typealias Handle = @Sendable (EventEnvelope, PostgresTransaction) async throws -> Void

    /// By topic, then by the type without its version: one payload type reads all versions.
    private var table: [String: [String: [Handle]]] = [:]

    init(_ handlers: [any EventHandler]) {
        for handler in handlers { add(handler) }
    }

    private mutating func add<H: EventHandler>(_ handler: H) {
        table[H.Payload.topic.name, default: [:]][H.Payload.family, default: []].append { envelope, transaction in
            let payload = try envelope.decode(H.Payload.self)
            try await handler.handle(Received(envelope: envelope, payload: payload), in: transaction)
        }
    }

    /// The topics to subscribe to.
    var topics: [String] { table.keys.sorted() }

    func handles(_ envelope: EventEnvelope) -> Bool { table[envelope.topic]?[envelope.family] != nil }

    /// Runs the event's handlers, in the order in which they were given and under the event's trace.
    func apply(_ envelope: EventEnvelope, in transaction: PostgresTransaction) async throws {
        let trace = envelope.traceparent.flatMap { TraceContext(traceparent: $0) }?.child()
        try await TraceContext.$current.withValue(trace) {
            for handle in table[envelope.topic]?[envelope.family] ?? [] {
                try await handle(envelope, transaction)
            }
        }
    }
}
