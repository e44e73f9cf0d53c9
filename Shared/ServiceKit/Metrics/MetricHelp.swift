import Edge
import Messaging

/// The `# HELP` sentences of the metrics that other modules record.
enum MetricHelp {
    static let all = [
        EdgeMetric.requests: "HTTP requests by route and status.",
        EdgeMetric.duration: "Time from a request's head to its answer, by route.",
        MessagingMetric.outboxDepth: "Events committed and not yet published, as the active relay sees them.",
        MessagingMetric.outboxAge: "Age of the oldest of them.",
        MessagingMetric.relayPublished: "Events acknowledged by the broker.",
        MessagingMetric.consumerLag: "Messages on the broker that this consumer has not read.",
        MessagingMetric.eventsConsumed: "Events consumed by type and outcome.",
        MessagingMetric.parkedEvents: "Events that wait for an operator.",
    ]
}
