import Kafka
import Messaging
import Schema
import TestKit

/// What a subscriber of the order topic learns, by order.
struct EventLog {
    private(set) var events: [String: [EventEnvelope]] = [:]
    private var seen: Set<String> = []
    /// Orders whose events arrived in another order than that of their sequence.
    private(set) var disordered: Set<String> = []

    /// Reads the topic from its beginning until nothing more comes.
    static func read(_ topic: Topic, from kafka: KafkaConfiguration) async throws -> EventLog {
        var log = EventLog()
        let reader = try await KafkaReader(configuration: kafka, topics: [topic.name], from: .beginning)
        do {
            while true {
                let batch = try await reader.nextBatch(maximum: 1000, wait: .seconds(2))
                if batch.isEmpty { break }
                for message in batch { log.add(try EventEnvelope(message)) }
            }
        } catch {
            await reader.close(deadline: .seconds(2))
            throw error
        }
        await reader.close(deadline: .seconds(2))
        return log
    }

    /// Takes an event; one that was seen before is a repetition, which delivery at least once allows.
    mutating func add(_ event: EventEnvelope) {
        guard seen.insert(event.idText).inserted else { return }
        if let last = events[event.subject]?.last, last.sequence > event.sequence { disordered.insert(event.subject) }
        events[event.subject, default: []].append(event)
    }

    /// Whether the order's sequence runs from 1 without a gap and ends with an event of this type.
    func isComplete(_ order: String, endingWith type: String? = nil) -> Bool {
        guard let events = events[order] else { return false }
        let sequences = events.map(\.sequence).sorted()
        return sequences == Array(1...Int64(events.count)) && (type == nil || events.last?.type == type)
    }
}
