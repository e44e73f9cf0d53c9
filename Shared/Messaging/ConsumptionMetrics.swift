internal import Kafka
internal import Metrics
internal import Synchronization

/// The consumer's instruments; those with labels are made once for each combination.
final class ConsumptionMetrics: Sendable {
    private struct Key: Hashable {
        let type: String
        let outcome: MessagingMetric.Outcome
    }

    private let consumed = Mutex<[Key: Counter]>([:])
    private let parked = Gauge(label: MessagingMetric.parkedEvents)

    func count(_ type: String, _ outcome: MessagingMetric.Outcome) {
        let counter = consumed.withLock { consumed in
            let key = Key(type: type, outcome: outcome)
            if let counter = consumed[key] { return counter }
            let counter = Counter(
                label: MessagingMetric.eventsConsumed, dimensions: [("type", type), ("outcome", outcome.rawValue)])
            consumed[key] = counter
            return counter
        }
        counter.increment()
    }

    func record(parkedEvents: Int) { parked.record(parkedEvents) }

    func record(_ lag: [KafkaPartitionLag]) {
        for partition in lag {
            Gauge(
                label: MessagingMetric.consumerLag,
                dimensions: [("topic", partition.topic), ("partition", String(partition.partition))]
            ).record(partition.lag)
        }
    }
}
