import CRDKafka
import Glibc

/// A list of partitions with offsets, as the C functions want it; freed when the value is dropped.
struct RDKafkaPartitions: ~Copyable {
    private let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    /// - Parameters:
    ///   - offsets: `nil` leaves the offset to the group's committed one.
    ///   - metadata: What is kept beside each of them when they are committed.
    init(_ offsets: some Collection<(key: KafkaTopicPartition, value: Int64?)>, metadata: String? = nil) {
        pointer = rd_kafka_topic_partition_list_new(Int32(offsets.count))
        for (partition, offset) in offsets {
            let entry = rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
            if let offset { entry?.pointee.offset = offset }
            guard let metadata else { continue }
            // The list frees it.
            entry?.pointee.metadata = UnsafeMutableRawPointer(strdup(metadata))
            entry?.pointee.metadata_size = metadata.utf8.count
        }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    /// Lends the list to C.
    borrowing func withPointer<R>(_ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> R) -> R {
        body(pointer)
    }

    /// Reads a list that belongs to someone else.
    static func entries(
        of list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) -> [(partition: KafkaTopicPartition, offset: Int64)] {
        (0..<Int(list.pointee.cnt)).map { index in
            let entry = list.pointee.elems[index]
            return (
                KafkaTopicPartition(topic: String(cString: entry.topic), partition: entry.partition), entry.offset
            )
        }
    }
}
