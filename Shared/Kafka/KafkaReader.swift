/// Reads all partitions of topics without being a member of a group: disturbs nobody, and commits nothing.
///
/// Close it: an object that is merely dropped leaks its client.
public final class KafkaReader: Sendable {
    /// Where reading starts.
    public enum Start: Sendable {
        /// With the oldest record kept.
        case beginning
        /// With what is written from now on.
        case end
    }

    private let thread: RDKafkaConsumerThread

    /// Makes a reader of topics that exist.
    /// - Parameters:
    ///   - topics: their names.
    ///   - start: where to start, in every partition.
    ///   - timeout: how long to wait for the brokers.
    /// - Throws: when no broker answers in time or a topic doesn't exist.
    public init(
        configuration: KafkaConfiguration, topics: [String], from start: Start, timeout: Duration = .seconds(10)
    ) async throws(KafkaError) {
        let thread = try RDKafkaConsumerThread { number throws(KafkaError) in
            try RDKafkaConsumerSession(
                configuration: configuration,
                // librdkafka assigns nothing to a client without a group id; the group itself is never joined.
                defaults: KafkaConsumer.readingDefaults.merging(["group.id": "caravan.reader"]) { $1 },
                number: number)
        } start: { session, isReplacement throws(KafkaError) in
            // All that is in a new cluster came after the start.
            try session.assignAll(of: topics, from: isReplacement ? .beginning : start, timeout: timeout)
        }
        self.thread = thread
        do {
            try await thread.startFirstSession()
        } catch {
            await thread.close(deadline: .seconds(1))
            throw error
        }
    }

    /// The next messages: up to `maximum` of those that have arrived, in order within each partition.
    /// - Returns: nothing if none came within `wait` or the task was cancelled.
    public func nextBatch(maximum: Int, wait: Duration) async throws(KafkaError) -> [KafkaMessage] {
        try await thread.nextBatch(maximum: maximum, maximumBytes: .max, wait: wait)
    }

    /// Frees the client, waiting no longer than about the deadline. Later calls fail.
    public func close(deadline: Duration) async {
        await thread.close(deadline: deadline)
    }
}
