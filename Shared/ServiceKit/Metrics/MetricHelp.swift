import Edge
import Messaging

/// The `# HELP` sentences of the metrics that other modules record.
enum MetricHelp {
    static let all = [
        EdgeMetric.requests: "HTTP requests by route and status.",
        EdgeMetric.duration: "Time from a request's head to its answer, by route.",
        MessagingMetric.outboxDepth: "Events committed and not yet published, the same on every replica.",
        MessagingMetric.outboxAge: "Age of the oldest of them.",
        MessagingMetric.relayPublished: "Events acknowledged by the broker.",
        MessagingMetric.consumerLag: "Messages in this consumer's partitions that it has not committed.",
        MessagingMetric.assignedPartitions: "Partitions that this consumer reads.",
        MessagingMetric.eventsConsumed: "Events consumed by type and outcome.",
        MessagingMetric.parkedEvents: "Events that wait for an operator.",
    ]
}
