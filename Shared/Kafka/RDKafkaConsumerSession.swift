import CRDKafka
import Synchronization

/// One incarnation of a consumer: a client and what it is assigned.
///
/// Polling, rebalancing and closing happen on the owner's thread; commits and figures come from anywhere. A cluster id
/// that changes ends the session: offsets mean nothing in another cluster, and going on at an old one there would skip
/// records for good. A member that has not noticed the change may still commit one, so each commit says which cluster it
/// is of, and one of another is not believed, whoever reads it.
final class RDKafkaConsumerSession: Sendable {
    /// How a call of ``nextBatch(maximum:until:isInterrupted:)`` ended.
    enum Poll {
        case messages([KafkaMessage])
        case failure(KafkaError)
        /// The client is of no more use: make another one. With an error if the caller should hear of it.
        case broken(KafkaError?)
    }

    private struct State {
        var isDestroyed = false
        var clusterID: String?
        /// The offset to read next by the group's book-keeping; `nil` if nothing has been committed yet.
        var assignment: [KafkaTopicPartition: Int64?] = [:]
        /// Offsets that wait to be sent to the group.
        var pending: [KafkaTopicPartition: Int64?] = [:]
        var committedAt: ContinuousClock.Instant?
    }

    /// How long an offset may wait for others to be committed with it: a commit costs as much as many a message.
    private static let commitPause = Duration.milliseconds(100)

    let number: Int
    private let client: RDKafkaClient
    private let state = Mutex(State())

    init(configuration: KafkaConfiguration, defaults: [String: String], number: Int) throws(KafkaError) {
        self.number = number
        client = try RDKafkaClient(
            .consumer, configuration: configuration, defaults: defaults,
            events: RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT | RD_KAFKA_EVENT_ERROR)
    }

    // MARK: - From any thread

    func interruptPoll() {
        state.withLock { if !$0.isDestroyed { client.interruptPoll() } }
    }

    var assignment: [KafkaTopicPartition] { state.withLock { $0.assignment.keys.sorted() } }

    /// From the high watermarks that came with the latest fetches: asks no broker.
    var lag: [KafkaPartitionLag] {
        state.withLock { state in
            guard !state.isDestroyed else { return [] }
            return state.assignment.sorted { $0.key < $1.key }.compactMap { partition, next in
                var (low, high): (Int64, Int64) = (0, 0)
                let code = rd_kafka_get_watermark_offsets(
                    client.handle, partition.topic, partition.partition, &low, &high)
                guard code == RD_KAFKA_RESP_ERR_NO_ERROR, high >= 0 else { return nil }
                return KafkaPartitionLag(
                    topic: partition.topic, partition: partition.partition, lag: max(0, high - (next ?? max(0, low))))
            }
        }
    }

    func commit(_ messages: [KafkaMessage]) throws(KafkaError) {
        var offsets: [KafkaTopicPartition: Int64?] = [:]
        for message in messages where message.session == number {
            let partition = KafkaTopicPartition(topic: message.topic, partition: message.partition)
            offsets[partition] = max(message.offset + 1, offsets[partition, default: nil] ?? 0)
        }
        guard !offsets.isEmpty else { return }
        let code = state.withLock { state in
            guard !state.isDestroyed, !clusterHasChanged(&state) else { return RD_KAFKA_RESP_ERR_NO_ERROR }
            // A partition that was revoked meanwhile is left out, and its new owner gets the messages again.
            for (partition, offset) in offsets where state.assignment.keys.contains(partition) {
                state.assignment.updateValue(offset, forKey: partition)
                state.pending.updateValue(offset, forKey: partition)
            }
            return commitPending(&state)
        }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code) }
    }

    /// Sends what waits to the group, unless that was done a moment ago.
    private func commitPending(_ state: inout State, isPressing: Bool = false) -> rd_kafka_resp_err_t {
        guard !state.isDestroyed, !state.pending.isEmpty, isPressing || untilCommit(state) <= .zero else {
            return RD_KAFKA_RESP_ERR_NO_ERROR
        }
        let list = RDKafkaPartitions(state.pending, metadata: state.clusterID)
        state.pending = [:]
        state.committedAt = .now
        return list.withPointer { rd_kafka_commit(client.handle, $0, 1) }
    }

    private func untilCommit(_ state: State) -> Duration {
        guard !state.pending.isEmpty else { return .seconds(3600) }
        return state.committedAt.map { Self.commitPause - (.now - $0) } ?? .zero
    }

    // MARK: - On the owner's thread

    /// Commits what waits for it. What cannot be committed comes again, which is no loss.
    private func commitPending(isPressing: Bool = false) {
        state.withLock { state in
            guard !clusterHasChanged(&state) else { return }
            _ = commitPending(&state, isPressing: isPressing)
        }
    }

    func subscribe(to topics: [String]) throws(KafkaError) {
        let list = RDKafkaPartitions(
            topics.map { (KafkaTopicPartition(topic: $0, partition: RD_KAFKA_PARTITION_UA), nil) })
        let code = list.withPointer { rd_kafka_subscribe(client.handle, $0) }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, isFatal: true) }
    }

    /// Reads all partitions of the topics, outside of any group.
    func assignAll(of topics: [String], from start: KafkaReader.Start, timeout: Duration) throws(KafkaError) {
        var offsets: [KafkaTopicPartition: Int64?] = [:]
        for (topic, count) in try client.partitionCounts(of: topics, timeout: timeout) {
            for number in 0..<count {
                let partition = KafkaTopicPartition(topic: topic, partition: number)
                let watermarks = try client.watermarks(of: partition, timeout: timeout)
                offsets[partition] = start == .beginning ? watermarks.lowerBound : watermarks.upperBound
            }
        }
        RDKafkaPartitions(offsets).withPointer(assign)
    }

    /// Collects what is queued, waiting for the first message until the deadline.
    func nextBatch(
        maximum: Int, maximumBytes: Int, until deadline: ContinuousClock.Instant, isInterrupted: () -> Bool
    ) -> Poll {
        var messages: [KafkaMessage] = []
        var bytes = 0
        var topics = TopicNames()
        while messages.count < maximum, bytes < maximumBytes {
            let left = messages.isEmpty ? max(.zero, deadline - .now) : .zero
            let pause = max(.zero, state.withLock { untilCommit($0) })
            guard let event = client.poll(atMost: min(left, pause)) else {
                commitPending()
                if left == .zero || isInterrupted() { break }
                continue
            }
            switch event.type {
            case RD_KAFKA_EVENT_FETCH:
                while let message = event.nextMessage() {
                    guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
                    bytes += message.pointee.len
                    messages.append(
                        KafkaMessage(message, topic: topics.name(of: message.pointee), session: number))
                }
            case RD_KAFKA_EVENT_REBALANCE:
                if let error = rebalance(event) { return .broken(error) }
                // Whoever owns the partitions now starts behind the last commit and gets these again.
                messages = []
                bytes = 0
                topics = TopicNames()
            case RD_KAFKA_EVENT_ERROR:
                if let error = client.fatalError { return .broken(error) }
                // Lost connections and the like mend themselves.
                if let error = event.error, !error.isRetriable, messages.isEmpty { return .failure(error) }
            default:
                break
            }
        }
        return state.withLock { clusterHasChanged(&$0) } ? .broken(nil) : .messages(messages)
    }

    /// Leaves the group, as far as that is possible before the deadline.
    func leave(until deadline: ContinuousClock.Instant) {
        commitPending(isPressing: true)
        if let error = rd_kafka_consumer_close_queue(client.handle, client.queue) {
            return rd_kafka_error_destroy(error)
        }
        while rd_kafka_consumer_closed(client.handle) == 0, deadline > .now {
            guard let event = client.poll(atMost: min(deadline - .now, .milliseconds(100))) else { continue }
            if event.type == RD_KAFKA_EVENT_REBALANCE { _ = rebalance(event) }
        }
    }

    /// Frees the client; can block for seconds.
    func destroy() {
        state.withLock { state in
            state.isDestroyed = true
            state.assignment = [:]
        }
        client.destroy()
    }

    /// - Returns: Why no partitions could be taken on; nil if all is well.
    private func rebalance(_ event: borrowing RDKafkaEvent) -> KafkaError? {
        guard event.errorCode == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, let partitions = event.partitions else {
            commitPending(isPressing: true)
            rd_kafka_assign(client.handle, nil)
            state.withLock { state in
                state.assignment = [:]
                state.pending = [:]
            }
            return nil
        }
        // librdkafka would look the committed offsets up by itself, but believe them all.
        let code = rd_kafka_committed(client.handle, partitions, 5000)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { return KafkaError(code) }
        let cluster = state.withLock { state in
            _ = clusterHasChanged(&state)
            return state.clusterID
        }
        for index in 0..<Int(partitions.pointee.cnt)
        where !Self.isCommitted(partitions.pointee.elems[index], to: cluster) {
            partitions.pointee.elems[index].offset = Int64(RD_KAFKA_OFFSET_BEGINNING)
        }
        assign(partitions)
        return nil
    }

    /// Whether there is a commit, and of this cluster. Brokers that tell no id have one for ever.
    private static func isCommitted(_ entry: rd_kafka_topic_partition_t, to cluster: String?) -> Bool {
        guard entry.offset >= 0 else { return false }
        guard let cluster, let metadata = entry.metadata, entry.metadata_size > 0 else { return true }
        return UnsafeRawBufferPointer(start: metadata, count: entry.metadata_size).elementsEqual(cluster.utf8)
    }

    private func assign(_ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) {
        rd_kafka_assign(client.handle, list)
        let entries = RDKafkaPartitions.entries(of: list)
        state.withLock { state in
            state.assignment = [:]
            for (partition, offset) in entries {
                state.assignment.updateValue(offset >= 0 ? offset : nil, forKey: partition)
            }
        }
    }

    private func clusterHasChanged(_ state: inout State) -> Bool {
        guard let id = client.knownClusterID else { return false }
        state.clusterID = state.clusterID ?? id
        return state.clusterID != id
    }
}

/// Makes one string per topic and batch, not one per message.
private struct TopicNames {
    private var latest: (topic: OpaquePointer, name: String)?

    mutating func name(of message: rd_kafka_message_t) -> String {
        guard let topic = message.rkt else { return "" }
        if let latest, latest.topic == topic { return latest.name }
        let name = message.topicName
        latest = (topic, name)
        return name
    }
}
