/// The names of this module's metrics.
public enum MessagingMetric {
    /// Gauge: events that are committed and not yet published. Every replica reports the same.
    public static let outboxDepth = "caravan_outbox_depth"
    /// Gauge: the age of the oldest of them, in seconds.
    public static let outboxAge = "caravan_outbox_age_seconds"
    /// Counter: events acknowledged by the broker.
    public static let relayPublished = "caravan_relay_published_total"
    /// Gauge by `topic` and `partition`: messages that this consumer has not yet committed; only of its own partitions.
    public static let consumerLag = "caravan_consumer_lag"
    /// Gauge: partitions that this consumer reads.
    public static let assignedPartitions = "caravan_consumer_assigned_partitions"
    /// Counter by `type` and `outcome` (see ``Outcome``).
    public static let eventsConsumed = "caravan_events_consumed_total"
    /// Gauge: events that wait for an operator.
    public static let parkedEvents = "caravan_parked_events"

    /// What became of a consumed event.
    public enum Outcome: String, CaseIterable, Sendable {
        /// Its handlers ran and their effect is committed.
        case applied
        /// It was applied before.
        case duplicate
        /// It failed, or an earlier event of its aggregate did.
        case parked
        /// This service has no handler for it.
        case ignored
        /// Its headers are not those of an event; it cannot be told whose it is.
        case malformed
    }
}
