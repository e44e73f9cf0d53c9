/// What a producer has done since it was made.
public struct KafkaStatistics: Sendable, Hashable {
    /// Records handed to librdkafka whose outcome is not known yet.
    public internal(set) var outstanding = 0
    /// Records acknowledged by the broker.
    public internal(set) var delivered = 0
    /// Records that failed.
    public internal(set) var failed = 0
    /// How often the client was replaced after a fatal error.
    public internal(set) var rebuilds = 0

    /// Totals of two incarnations; the later one says what is outstanding now.
    func adding(_ later: KafkaStatistics) -> KafkaStatistics {
        KafkaStatistics(
            outstanding: later.outstanding, delivered: delivered + later.delivered, failed: failed + later.failed,
            rebuilds: rebuilds + later.rebuilds)
    }
}
