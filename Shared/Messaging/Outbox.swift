public import Postgres
public import Schema

/// The outgoing events of a service: written in the transaction of the change that they tell of, published by the
/// relay after it.
public struct Outbox: Sendable {
    /// The largest payload, in bytes: a broker takes batches of 1 MiB, which leaves room for key and headers.
    public static let maximumPayload = 900_000

    /// The service whose events these are.
    public let service: ServiceName
    private let signal: WakeSignal

    /// - Parameter signal: That of this process' relay.
    public init(service: ServiceName, signal: WakeSignal) {
        self.service = service
        self.signal = signal
    }

    /// Queues an event with the transaction's other statements; the relay is woken once they are committed.
    ///
    /// Events of one aggregate keep their order as long as whoever appends holds the aggregate's row lock.
    /// - Parameters:
    ///   - subject: The aggregate's id as text: the event's key on the topic.
    ///   - sequence: Gap-free per aggregate, starting at 1.
    ///   - account: The account that the aggregate belongs to.
    /// - Throws: ``EventError/tooLarge(_:)``, or the payload's own encoding error.
    public func append(
        _ event: some Event, subject: String, sequence: Int64, account: ID<Account>, in transaction: PostgresTransaction
    ) throws {
        let event = try EventEnvelope(event, from: service, subject: subject, sequence: sequence, account: account)
        guard event.payload.count <= Self.maximumPayload else { throw EventError.tooLarge(event.type) }
        transaction.send(
            """
            INSERT INTO outbox (id, topic, type, subject, sequence, account, traceparent, payload)
            VALUES (\(event.id), \(event.topic), \(event.type), \(event.subject), \(event.sequence), \(event.account), \
            \(event.traceparent), \(String(decoding: event.payload, as: UTF8.self)))
            """)
        transaction.afterCommit { [signal] in signal.wake() }
    }

    /// Queues several events as one statement. They keep their order.
    ///
    /// - Parameter events: Made by ``EventEnvelope``, with the service of this outbox as their source.
    /// - Throws: ``EventError/tooLarge(_:)``.
    public func append(_ events: [EventEnvelope], in transaction: PostgresTransaction) throws {
        guard !events.isEmpty else { return }
        if let event = events.first(where: { $0.payload.count > Self.maximumPayload }) {
            throw EventError.tooLarge(event.type)
        }
        transaction.send(
            """
            INSERT INTO outbox (id, topic, type, subject, sequence, account, traceparent, payload)
            SELECT * FROM unnest(\(events.map(\.id))::uuid[], \(events.map(\.topic))::text[],
                \(events.map(\.type))::text[], \(events.map(\.subject))::text[], \(events.map(\.sequence))::bigint[],
                \(events.map(\.account))::uuid[], \(events.map(\.traceparent))::text[],
                \(events.map { String(decoding: $0.payload, as: UTF8.self) })::text[])
            """)
        transaction.afterCommit { [signal] in signal.wake() }
    }
}
