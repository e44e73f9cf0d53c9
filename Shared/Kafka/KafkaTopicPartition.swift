/// One partition of one topic.
public struct KafkaTopicPartition: Sendable, Hashable, Comparable {
    /// The topic's name.
    public let topic: String
    /// The partition, from 0.
    public let partition: Int32

    /// A partition of a topic.
    public init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// By topic, then by number.
    public static func < (left: Self, right: Self) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }
}

/// How far a consumer is behind in one partition.
public struct KafkaPartitionLag: Sendable, Hashable {
    /// The topic's name.
    public let topic: String
    /// The partition, from 0.
    public let partition: Int32
    /// Records written to the partition but not yet committed by this consumer.
    public let lag: Int64
}
