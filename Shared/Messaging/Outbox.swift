public import Postgres
public import Schema

/// The outgoing events of a service: written in the transaction of the change that they tell of, published by the
/// relay after it.
public struct Outbox: Sendable {
    /// The largest payload, in bytes: a broker takes records of 1 MiB, headers included.
    public static let maximumPayload = 1_000_000

    /// The service whose events these are.
    public let service: ServiceName
    private let signal: RelaySignal

    /// - Parameter signal: That of this process' relay.
    public init(service: ServiceName, signal: RelaySignal) {
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
    /// - Throws: ``EventTooLarge``, or the payload's own encoding error.
    public func append<E: Event>(
        _ event: E, subject: String, sequence: Int64, account: ID<Account>, in transaction: PostgresTransaction
    ) throws {
        let payload = try JSON.encode(event)
        guard payload.count <= Self.maximumPayload else {
            throw EventTooLarge(type: E.type, size: payload.count)
        }
        transaction.send(
            """
            INSERT INTO outbox (id, topic, type, subject, sequence, account, traceparent, payload)
            VALUES (\(UUIDv7.next()), \(event.destination.name), \(E.type), \(subject), \(sequence), \(account), \
            \(TraceContext.current?.traceparent), \(String(decoding: payload, as: UTF8.self)))
            """)
        transaction.afterCommit { [signal] in signal.wake() }
    }
}

/// An event that no broker would take.
public struct EventTooLarge: Error, Hashable, CustomStringConvertible {
    public let type: String
    /// Of its payload, in bytes.
    public let size: Int

    public var description: String { "\(type) of \(size) bytes; the most is \(Outbox.maximumPayload)" }
}
