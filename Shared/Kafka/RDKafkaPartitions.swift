import CRDKafka

/// A list of partitions with offsets, as the C functions want it; freed when the value is dropped.
struct RDKafkaPartitions: ~Copyable {
    private let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    /// - Parameter offsets: `nil` leaves the offset to the group's committed one.
    init(_ offsets: some Collection<(key: KafkaTopicPartition, value: Int64?)>) {
        pointer = rd_kafka_topic_partition_list_new(Int32(offsets.count))
        for (partition, offset) in offsets {
            let entry = rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
            if let offset { entry?.pointee.offset = offset }
        }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    /// Lends the list to C.
    borrowing func withPointer<R>(_ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> R) -> R {
        body(pointer)
    }

    /// The entries, with the per-partition errors that a call has left in them.
    var entries: [(partition: KafkaTopicPartition, offset: Int64, error: rd_kafka_resp_err_t)] {
        Self.entries(of: pointer)
    }

    /// Reads a list that belongs to someone else.
    static func entries(
        of list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) -> [(partition: KafkaTopicPartition, offset: Int64, error: rd_kafka_resp_err_t)] {
        (0..<Int(list.pointee.cnt)).map { index in
            let entry = list.pointee.elems[index]
            return (
                KafkaTopicPartition(topic: String(cString: entry.topic), partition: entry.partition), entry.offset,
                entry.err
            )
        }
    }
}
