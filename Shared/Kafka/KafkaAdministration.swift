import CRDKafka
import Threading

/// What operators ask of a cluster.
public enum KafkaAdministration {
    /// Creates the topics that don't exist yet, and waits until they do. An existing topic stays as it is.
    /// - Throws: the broker's refusal. devbroker knows no such request: there only topics that exist will do, others end
    ///   in a time-out.
    public static func createTopics(
        _ topics: [KafkaNewTopic], configuration: KafkaConfiguration, timeout: Duration = .seconds(30)
    ) async throws(KafkaError) {
        try await withClient(configuration) { client throws(KafkaError) in
            let existing = try client.partitionCounts(timeout: timeout)
            let missing = topics.filter { existing[$0.name] == nil }
            if !missing.isEmpty { try client.createTopics(missing, timeout: timeout) }
        }
    }

    /// All topics with the offsets that their partitions hold, by name.
    public static func topics(
        configuration: KafkaConfiguration, timeout: Duration = .seconds(10)
    ) async throws(KafkaError) -> [KafkaTopicDescription] {
        try await withClient(configuration) { client throws(KafkaError) in
            var descriptions: [KafkaTopicDescription] = []
            for (name, count) in try client.partitionCounts(timeout: timeout).sorted(by: { $0.key < $1.key }) {
                var partitions: [KafkaPartitionDescription] = []
                for number in 0..<count {
                    let watermarks = try client.watermarks(
                        of: KafkaTopicPartition(topic: name, partition: number), timeout: timeout)
                    partitions.append(
                        KafkaPartitionDescription(
                            partition: number, low: watermarks.lowerBound, high: watermarks.upperBound))
                }
                descriptions.append(KafkaTopicDescription(name: name, partitions: partitions))
            }
            return descriptions
        }
    }

    /// The id of the cluster behind the bootstrap address.
    public static func clusterID(
        configuration: KafkaConfiguration, timeout: Duration = .seconds(10)
    ) async throws(KafkaError) -> String {
        try await withClient(configuration) { client throws(KafkaError) in
            guard let id = client.clusterID(atMost: timeout) else { throw .noBroker }
            return id
        }
    }

    /// Runs `body` with a client of its own on a thread of its own.
    private static func withClient<R: Sendable>(
        _ configuration: KafkaConfiguration, _ body: @escaping @Sendable (RDKafkaClient) throws(KafkaError) -> R
    ) async throws(KafkaError) -> R {
        let client = try RDKafkaClient(.producer, configuration: configuration, defaults: [:], events: 0)
        return try await withCheckedContinuation { continuation in
            ThreadExecutor.detach(name: "kafka-admin") {
                continuation.resume(returning: Result { () throws(KafkaError) in try body(client) })
                client.destroy()
            }
        }.get()
    }
}

/// A topic to create.
public struct KafkaNewTopic: Sendable, Hashable {
    /// The topic's name.
    public let name: String
    /// How many partitions it gets, and how many replicas each of them.
    public let partitions, replication: Int
    /// How long the brokers keep its records.
    public let retention: Duration

    public init(name: String, partitions: Int, replication: Int, retention: Duration) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
        self.retention = retention
    }
}

/// A topic as the cluster has it.
public struct KafkaTopicDescription: Sendable, Hashable {
    /// The topic's name.
    public let name: String
    /// Its partitions, from 0.
    public let partitions: [KafkaPartitionDescription]

    /// The number of records kept (an upper bound: transaction markers and compaction leave gaps).
    public var records: Int64 { partitions.reduce(0) { $0 + $1.high - $1.low } }
}

/// A partition as the cluster has it.
public struct KafkaPartitionDescription: Sendable, Hashable {
    /// The partition's number.
    public let partition: Int32
    /// The oldest offset kept.
    public let low: Int64
    /// The offset that the next record will get.
    public let high: Int64
}

extension RDKafkaClient {
    fileprivate func createTopics(_ topics: [KafkaNewTopic], timeout: Duration) throws(KafkaError) {
        var text = [CChar](repeating: 0, count: 512)
        var requests: [OpaquePointer?] = []
        defer { requests.forEach(rd_kafka_NewTopic_destroy) }
        for topic in topics {
            guard
                let request = rd_kafka_NewTopic_new(
                    topic.name, Int32(topic.partitions), Int32(topic.replication), &text, text.count)
            else { throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, "\(topic.name): \(Self.string(text))") }
            requests.append(request)
            let retention = String(Int64(topic.retention / .milliseconds(1)))
            rd_kafka_NewTopic_set_config(request, "retention.ms", retention)
        }
        let options = rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_CREATETOPICS)
        defer { rd_kafka_AdminOptions_destroy(options) }
        rd_kafka_AdminOptions_set_request_timeout(options, timeout.milliseconds, &text, text.count)
        // The controller answers when the topics are usable, and not only planned.
        rd_kafka_AdminOptions_set_operation_timeout(options, timeout.milliseconds, &text, text.count)
        rd_kafka_CreateTopics(handle, &requests, requests.count, options, queue)
        while let event = poll(atMost: timeout + .seconds(5)) {
            guard event.type == RD_KAFKA_EVENT_CREATETOPICS_RESULT else { continue }
            if let error = event.error { throw error }
            return try event.checkCreatedTopics()
        }
        throw .noBroker
    }
}
