import FoundationEssentials
import Kafka
import Logging
import Messaging
import Postgres
import Schema
import Synchronization
import TestKit

/// An event of these tests.
struct Noted: Event {
    static let name = "noted"
    static let version = 1
    static let topic = Topic.ordersEvents
    static let summary = "Something for the tests."
    static let example = Noted(number: 1)

    var number: Int64
}

/// An event of any size.
struct Huge: Event {
    static let name = "huge"
    static let version = 1
    static let topic = Topic.ordersEvents
    static let summary = "Something large for the tests."
    static let example = Huge(bytes: 100)

    var text: String

    /// - Parameter bytes: The size of the payload.
    init(bytes: Int) { text = String(repeating: "x", count: bytes - #"{"text":""}"#.utf8.count) }
}

let account = ID<Account>()

/// The migrations of a service that has a table of aggregates, and one of effects without any constraint.
let testMigrations =
    MessagingMigrations.all + [
        PostgresMigration(
            name: "0001_create_test_tables.sql",
            sql: """
                CREATE TABLE aggregates (subject text PRIMARY KEY, sequence bigint NOT NULL DEFAULT 0);
                CREATE TABLE effects (position bigint GENERATED ALWAYS AS IDENTITY, subject text, number bigint);
                """)
    ]

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

/// Remembers the metadata of the lines it gets.
final class CapturedLog: Sendable {
    private struct Handler: LogHandler {
        let log: CapturedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.lines.withLock { $0["\(event.message)"] = event.metadata ?? [:] }
        }
    }

    private let lines = Mutex<[String: Logger.Metadata]>([:])

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    /// The metadata of the last line with this message.
    subscript(message: String) -> Logger.Metadata? { lines.withLock { $0[message] } }
}

/// One event of one aggregate, as services write it: under the aggregate's row lock.
func change(_ subject: String, with outbox: Outbox, in transaction: PostgresTransaction) async throws -> Int64 {
    let rows = try await transaction.query(
        """
        INSERT INTO aggregates (subject, sequence) VALUES (\(subject), 1)
        ON CONFLICT (subject) DO UPDATE SET sequence = aggregates.sequence + 1
        RETURNING sequence
        """)
    let sequence: Int64 = try rows[0]["sequence"]
    try outbox.append(
        Noted(number: sequence), subject: subject, sequence: sequence, account: account, in: transaction)
    return sequence
}

/// A relay that runs for the time of `body`.
func withRelay<R: Sendable>(
    _ database: PostgresDatabase, _ broker: TestBroker, signal: WakeSignal = WakeSignal(),
    configuration: RelayConfiguration = .fast, _ body: () async throws -> R
) async throws -> R {
    let producer = try KafkaProducer(configuration: broker.kafka)
    let relay = OutboxRelay(
        service: .orders, database: database, producer: producer, signal: signal, configuration: configuration,
        logger: .silent)
    let task = Task { try await relay.run() }
    let result: Result<R, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    task.cancel()
    _ = await task.result
    await producer.close(deadline: .seconds(1))
    return try result.get()
}

extension RelayConfiguration {
    static let fast = RelayConfiguration(
        pollInterval: .milliseconds(10), electionInterval: .milliseconds(20), removalInterval: .milliseconds(50))
}

/// Collects what is on a topic, in order within each key.
final class Subscriber: Sendable {
    private let reader: KafkaReader
    private let events = Mutex<[EventEnvelope]>([])

    init(_ broker: TestBroker, _ topic: Topic = .ordersEvents) async throws {
        reader = try await KafkaReader(
            configuration: broker.kafka, topics: [topic.name], from: .beginning, timeout: .seconds(20))
    }

    /// What has come so far, after one more look.
    func received() async throws -> [EventEnvelope] {
        let new = try await reader.nextBatch(maximum: 10_000, wait: .milliseconds(50)).map { try EventEnvelope($0) }
        return events.withLock { events in
            events += new
            return events
        }
    }

    /// Reads until so many different events have come.
    func events(_ count: Int) async throws -> [EventEnvelope] {
        try await eventually("\(count) events are published") {
            let received = try await received()
            return Set(received.map(\.id)).count >= count
        }
        return events.withLock { $0 }
    }

    func close() async { await reader.close(deadline: .seconds(1)) }
}

extension [EventEnvelope] {
    /// The sequences of each subject, as a consumer that drops duplicates sees them.
    var sequences: [String: [Int64]] {
        var seen: Set<UUID> = []
        var sequences: [String: [Int64]] = [:]
        for event in self where seen.insert(event.id).inserted {
            sequences[event.subject, default: []].append(event.sequence)
        }
        return sequences
    }
}
