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
    private let lags = Mutex<[KafkaTopicPartition: Gauge]>([:])
    private let assigned = Gauge(label: MessagingMetric.assignedPartitions)
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

    /// - Parameters:
    ///   - assignment: The partitions that are this consumer's now. Others are another's to report.
    ///   - lag: How far it is behind in those of them that it knows about.
    func record(assignment: [KafkaTopicPartition], lag: [KafkaPartitionLag]) {
        assigned.record(assignment.count)
        lags.withLock { lags in
            for partition in Set(lags.keys).subtracting(assignment) { lags.removeValue(forKey: partition)?.destroy() }
            for entry in lag {
                let partition = KafkaTopicPartition(topic: entry.topic, partition: entry.partition)
                guard assignment.contains(partition) else { continue }
                let gauge = lags[partition] ?? Self.gauge(partition)
                gauge.record(entry.lag)
                lags[partition] = gauge
            }
        }
    }

    private static func gauge(_ partition: KafkaTopicPartition) -> Gauge {
        Gauge(
            label: MessagingMetric.consumerLag,
            dimensions: [("topic", partition.topic), ("partition", String(partition.partition))])
    }
}
