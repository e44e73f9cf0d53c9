import CRDKafka

/// One event of a client's queue; owns it until the value is dropped.
struct RDKafkaEvent: ~Copyable {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { rd_kafka_event_destroy(pointer) }

    var type: Int32 { rd_kafka_event_type(pointer) }

    var errorCode: rd_kafka_resp_err_t { rd_kafka_event_error(pointer) }

    /// The event's error, if it has one.
    var error: KafkaError? {
        let code = errorCode
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return KafkaError(code, String(cString: rd_kafka_event_error_string(pointer)))
    }

    /// The partitions of a rebalance; belongs to the event.
    var partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>? {
        rd_kafka_event_topic_partition_list(pointer)
    }

    /// The next message of a fetch or a delivery report; belongs to the event.
    func nextMessage() -> UnsafePointer<rd_kafka_message_t>? { rd_kafka_event_message_next(pointer) }
}

extension KafkaMessage {
    init(_ message: UnsafePointer<rd_kafka_message_t>, topic: String, session: Int) {
        let raw = message.pointee
        var headers: [KafkaHeader] = []
        var list: OpaquePointer?
        if rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list {
            headers.reserveCapacity(rd_kafka_header_cnt(list))
            var name: UnsafePointer<CChar>?
            var value: UnsafeRawPointer?
            var size = 0
            while rd_kafka_header_get_all(list, headers.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR,
                let name
            {
                headers.append(KafkaHeader(name: String(cString: name), value: Self.bytes(value, size) ?? []))
            }
        }
        self.init(
            topic: topic, partition: raw.partition, offset: raw.offset,
            key: Self.bytes(raw.key, raw.key_len), value: Self.bytes(raw.payload, raw.len), headers: headers,
            timestamp: rd_kafka_message_timestamp(message, nil), session: session)
    }

    private static func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> [UInt8]? {
        guard let start else { return nil }
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}

extension RDKafkaEvent {
    /// The outcome of a request to create topics.
    /// - Throws: the first refusal other than that the topic exists.
    borrowing func checkCreatedTopics() throws(KafkaError) {
        var count = 0
        guard let result = rd_kafka_event_CreateTopics_result(pointer),
            let topics = rd_kafka_CreateTopics_result_topics(result, &count)
        else { return }
        for index in 0..<count {
            let code = rd_kafka_topic_result_error(topics[index])
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR, code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS else { continue }
            let name = String(cString: rd_kafka_topic_result_name(topics[index]))
            let text = rd_kafka_topic_result_error_string(topics[index]).map { String(cString: $0) }
            throw KafkaError(code, "\(name): \(text ?? String(cString: rd_kafka_err2str(code)))")
        }
    }
}
