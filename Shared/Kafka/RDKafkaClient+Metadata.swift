import CRDKafka

extension RDKafkaClient {
    /// The number of partitions of every topic, or of the given ones, all of which must exist. Blocks.
    func partitionCounts(of topics: [String]? = nil, timeout: Duration) throws(KafkaError) -> [String: Int32] {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(handle, 1, nil, &metadata, timeout.milliseconds)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else { throw KafkaError(code) }
        defer { rd_kafka_metadata_destroy(metadata) }
        var counts: [String: Int32] = [:]
        for index in 0..<Int(metadata.pointee.topic_cnt) {
            let topic = metadata.pointee.topics[index]
            guard topic.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            counts[String(cString: topic.topic)] = topic.partition_cnt
        }
        guard let topics else { return counts }
        if let missing = topics.first(where: { counts[$0] == nil }) {
            throw KafkaError(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "there is no topic \(missing)")
        }
        return counts.filter { topics.contains($0.key) }
    }

    /// The offsets that a partition holds. Blocks.
    func watermarks(of partition: KafkaTopicPartition, timeout: Duration) throws(KafkaError) -> Range<Int64> {
        var (low, high): (Int64, Int64) = (0, 0)
        let code = rd_kafka_query_watermark_offsets(
            handle, partition.topic, partition.partition, &low, &high, timeout.milliseconds)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(
                code, "\(partition.topic)/\(partition.partition): \(String(cString: rd_kafka_err2str(code)))")
        }
        return low..<max(low, high)
    }
}
