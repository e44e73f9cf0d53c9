/// Reads topics as a member of a consumer group, by pulling.
///
/// Nothing is committed by itself: commit what has been processed. Partitions are taken away and assigned inside
/// ``nextBatch(maximum:wait:)``, that is, between batches; a member that doesn't call it for five minutes
/// (`max.poll.interval.ms`) loses its partitions. A group without committed offsets starts at the beginning.
///
/// When another cluster appears behind the bootstrap address (an empty one after a loss), the consumer starts at that
/// one's beginning, and commits of messages from before do nothing.
///
/// Close it: an object that is merely dropped leaks its client.
public final class KafkaConsumer: Sendable {
    private let thread: RDKafkaConsumerThread

    /// Makes the consumer and lets it join its group in the background.
    /// - Throws: a fatal error if a property is unknown or wrong.
    public init(configuration: KafkaConfiguration, group: String, topics: [String]) throws(KafkaError) {
        thread = try RDKafkaConsumerThread { number throws(KafkaError) in
            try RDKafkaConsumerSession(
                configuration: configuration,
                defaults: Self.readingDefaults.merging(Self.groupDefaults) { $1 }.merging(["group.id": group]) { $1 },
                number: number)
        } start: { session, _ throws(KafkaError) in
            try session.subscribe(to: topics)
        }
        do throws(KafkaError) {
            try thread.session.subscribe(to: topics)
        } catch {
            thread.session.destroy()
            throw error
        }
    }

    /// The next messages: up to `maximum` of those that have arrived, in order within each partition.
    /// - Parameters:
    ///   - maximum: at least 1.
    ///   - maximumBytes: the message whose value reaches it is the last; a batch is held in memory as a whole.
    ///   - wait: how long to wait for the first message; what is queued behind it comes along without waiting.
    /// - Returns: nothing if none came in that time or the task was cancelled.
    /// - Throws: what does not mend itself (missing permission, wrong credentials), and fatal errors of the client, after
    ///   which it has been replaced: then the next call works.
    public func nextBatch(
        maximum: Int, maximumBytes: Int = 8 << 20, wait: Duration
    ) async throws(KafkaError) -> [KafkaMessage] {
        try await thread.nextBatch(maximum: maximum, maximumBytes: maximumBytes, wait: wait)
    }

    /// Notes that these messages, and all before them in their partitions, are done. Returns without waiting for the
    /// broker, which hears of it within a tenth of a second: if the commit gets lost, the messages come again after a
    /// restart.
    /// Messages of partitions that have gone to another member are passed over.
    /// - Throws: an error when the group cannot be reached at all.
    public func commit(_ messages: [KafkaMessage]) async throws(KafkaError) {
        try thread.session.commit(messages)
    }

    /// The partitions that this member reads.
    public var assignment: [KafkaTopicPartition] { thread.session.assignment }

    /// How far this member's commits are behind, by partition; partitions not fetched from yet are left out.
    public var lag: [KafkaPartitionLag] { thread.session.lag }

    /// Leaves the group and frees the client, waiting no longer than about the deadline. Later calls fail.
    public func close(deadline: Duration) async {
        await thread.close(deadline: deadline)
    }

    /// Small buffers: what has been fetched but not read yet is memory, and the brokers keep it anyway.
    static let readingDefaults = [
        "enable.auto.commit": "false",
        "enable.auto.offset.store": "false",
        "auto.offset.reset": "earliest",
        "queued.min.messages": "100000",
        "queued.max.messages.kbytes": "32768",
        "fetch.max.bytes": "4194304",
        "topic.metadata.refresh.interval.ms": "5000",
        "reconnect.backoff.ms": "50",
        "reconnect.backoff.max.ms": "1000",
        "socket.keepalive.enable": "true",
        // Else a request that follows another waits for its ACK, which the other side may hold back for 40 ms.
        "socket.nagle.disable": "true",
    ]

    private static let groupDefaults = [
        // librdkafka 2.0 has bugs in its cooperative assignor.
        "partition.assignment.strategy": "range",
        // A member that died is noticed after this; one that leaves says so.
        "session.timeout.ms": "10000",
        "heartbeat.interval.ms": "1000",
    ]
}
