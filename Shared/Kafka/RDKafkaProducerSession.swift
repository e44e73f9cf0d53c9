import CRDKafka
import Synchronization
import Threading

/// One incarnation of a producer: a client, the batches it has accepted, and the thread that waits for their outcome.
///
/// It ends when it is closed or when librdkafka reports a fatal error; ``KafkaProducer`` then makes another one.
final class RDKafkaProducerSession: Sendable {
    /// Records handed over together; one continuation waits for all of them.
    private struct Batch {
        let count: Int
        var remaining: Int
        var failure: KafkaError?
        var delivery: KafkaDelivery?
        let continuation: CheckedContinuation<Outcome, Never>

        /// Notes the outcome of one record, and says whether it was the last one.
        mutating func settle(_ message: rd_kafka_message_t) -> Bool {
            remaining -= 1
            if message.err != RD_KAFKA_RESP_ERR_NO_ERROR {
                failure = failure ?? KafkaError(message.err, "\(message.topicName): \(message.errorText)")
            } else if remaining == 0 {
                delivery = KafkaDelivery(
                    topic: message.topicName, partition: message.partition, offset: message.offset)
            }
            return remaining == 0
        }

        var outcome: Outcome { failure.map(Outcome.failure) ?? .success((count, delivery)) }
    }

    private enum Phase {
        case running
        case closing(until: ContinuousClock.Instant)
        case ended(KafkaError)
    }

    private struct State {
        var phase = Phase.running
        var nextID: UInt = 1
        /// The key travels through librdkafka as the message's opaque pointer.
        var batches: [UInt: Batch] = [:]
        /// Those that found librdkafka's queue full.
        var waitingForRoom: [CheckedContinuation<Outcome, Never>] = []
        var statistics = KafkaStatistics()
    }

    /// What became of an attempt to send: how many records were accepted and acknowledged, and the last one's place.
    typealias Outcome = Result<(acknowledged: Int, delivery: KafkaDelivery?), KafkaError>

    private let client: RDKafkaClient
    private let state = Mutex(State())
    private let ended = Latch()
    private let endsWithoutBrokers: Bool

    /// - Parameter endsWithoutBrokers: whether losing the last broker fails what is under way and ends the session.
    init(
        configuration: KafkaConfiguration, defaults: [String: String], topics: [String], endsWithoutBrokers: Bool
    ) throws(KafkaError) {
        self.endsWithoutBrokers = endsWithoutBrokers
        client = try RDKafkaClient(
            .producer, configuration: configuration, defaults: defaults,
            events: RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR)
        client.prepare(topics)
        ThreadExecutor.detach(name: "kafka-producer") { self.serve() }
    }

    /// Whether a fatal error has ended the session.
    var isBroken: Bool {
        state.withLock { state in
            if case .ended = state.phase { true } else { false }
        }
    }

    var statistics: KafkaStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.outstanding = state.batches.values.reduce(0) { $0 + $1.remaining }
            return statistics
        }
    }

    /// The cluster's id if it is known; `nil` also when the session has ended.
    var knownClusterID: String? {
        state.withLock { state in
            if case .ended = state.phase { nil } else { client.knownClusterID }
        }
    }

    /// Hands over records until librdkafka's queue is full, and waits for the outcome of those it took. With no record
    /// taken, it waits for room instead.
    func send(_ records: ArraySlice<KafkaRecord>) async -> Outcome {
        let id = state.withLock { state in
            let id = state.nextID
            state.nextID += 1
            return id
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enqueue(records, as: id, resuming: continuation)
            }
        } onCancel: {
            let batch = state.withLock { $0.batches.removeValue(forKey: id) }
            batch?.continuation.resume(returning: .failure(.cancelled))
        }
    }

    /// Waits until all records are acknowledged or the deadline has passed; the remaining ones fail.
    func close(deadline: Duration) async {
        state.withLock { state in
            if case .running = state.phase { state.phase = .closing(until: .now + deadline) }
            if case .closing = state.phase { client.interruptPoll() }
        }
        // Destroying the client takes a moment more.
        await ended.wait(atMost: deadline + .milliseconds(500))
    }

    private func enqueue(
        _ records: ArraySlice<KafkaRecord>, as id: UInt, resuming continuation: CheckedContinuation<Outcome, Never>
    ) {
        // All of it under the lock: an acknowledgement can come before produce has returned, and the thread must not
        // destroy the client meanwhile. Nothing here blocks.
        let immediate: Outcome? = state.withLock { state in
            switch state.phase {
            case .running: break
            case .closing: return .failure(.closed)
            case .ended(let error): return .failure(error)
            }
            // The cancellation handler ran before there was anything to cancel.
            guard !Task.isCancelled else { return .failure(.cancelled) }
            var accepted = 0
            var failure: KafkaError?
            for record in records {
                let code = client.produce(record, opaque: id)
                guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                    // Whatever comes behind a refused record must not overtake it.
                    if code != RD_KAFKA_RESP_ERR__QUEUE_FULL {
                        failure = KafkaError(code, "\(record.topic): \(String(cString: rd_kafka_err2str(code)))")
                    } else if accepted == 0 {
                        state.waitingForRoom.append(continuation)
                        return nil
                    }
                    break
                }
                accepted += 1
            }
            guard accepted > 0 else { return failure.map(Outcome.failure) ?? .success((0, nil)) }
            state.batches[id] = Batch(
                count: accepted, remaining: accepted, failure: failure, continuation: continuation)
            return nil
        }
        if let immediate { continuation.resume(returning: immediate) }
    }

    // MARK: - On the thread

    private func serve() {
        while true {
            switch state.withLock({ $0.phase }) {
            case .running:
                guard let event = client.poll(atMost: .seconds(1)) else {
                    announceRoom()
                    break
                }
                if hasLostBrokers(event) { return end(with: .noBroker) }
                handle(event)
            case .closing(let deadline):
                let left = deadline - .now
                guard left > .zero, rd_kafka_outq_len(client.handle) > 0 else { return end(with: .closed) }
                if let event = client.poll(atMost: min(left, .milliseconds(100))) { handle(event) }
            case .ended:
                return
            }
            if let error = client.fatalError { return end(with: error) }
        }
    }

    /// Whether the brokers that this session has known are gone: those that answer next may be another cluster's.
    private func hasLostBrokers(_ event: borrowing RDKafkaEvent) -> Bool {
        guard endsWithoutBrokers, event.type == RD_KAFKA_EVENT_ERROR,
            event.errorCode == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN
        else { return false }
        return client.knownClusterID != nil
    }

    private func end(with error: KafkaError) {
        let (batches, waiting) = state.withLock { state in
            state.phase = .ended(error)
            state.statistics.failed += state.batches.values.reduce(0) { $0 + $1.remaining }
            defer { (state.batches, state.waitingForRoom) = ([:], []) }
            return (state.batches.values, state.waitingForRoom)
        }
        for batch in batches { batch.continuation.resume(returning: .failure(batch.failure ?? error)) }
        for continuation in waiting { continuation.resume(returning: .failure(error)) }
        rd_kafka_purge(client.handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        client.destroy()
        ended.open()
    }

    private func handle(_ event: borrowing RDKafkaEvent) {
        guard event.type == RD_KAFKA_EVENT_DR else { return }  // connection errors: librdkafka retries by itself
        var finished: [(CheckedContinuation<Outcome, Never>, Outcome)] = []
        state.withLock { state in
            while let message = event.nextMessage() {
                let id = UInt(bitPattern: message.pointee._private)
                if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                    state.statistics.delivered += 1
                } else {
                    state.statistics.failed += 1
                }
                if state.batches[id]?.settle(message.pointee) == true,
                    let batch = state.batches.removeValue(forKey: id)
                {
                    finished.append((batch.continuation, batch.outcome))
                }
            }
        }
        for (continuation, outcome) in finished { continuation.resume(returning: outcome) }
        announceRoom()
    }

    private func announceRoom() {
        let waiting = state.withLock { state in
            defer { state.waitingForRoom = [] }
            return state.waitingForRoom
        }
        for continuation in waiting { continuation.resume(returning: .success((0, nil))) }
    }
}

extension RDKafkaClient {
    /// Puts a copy of the record into the client's queue. Never blocks.
    fileprivate func produce(_ record: KafkaRecord, opaque: UInt) -> rd_kafka_resp_err_t {
        var headers: OpaquePointer?
        if !record.headers.isEmpty {
            headers = rd_kafka_headers_new(record.headers.count)
            for header in record.headers {
                let code = rd_kafka_header_add(headers, header.name, -1, header.value, header.value.count)
                guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                    rd_kafka_headers_destroy(headers)
                    return code
                }
            }
        }
        let code = caravan_rd_kafka_produce(
            handle, record.topic, record.key, record.key?.count ?? 0, record.value, record.value?.count ?? 0,
            record.timestamp ?? 0, headers, UnsafeMutableRawPointer(bitPattern: opaque))
        if code != RD_KAFKA_RESP_ERR_NO_ERROR, let headers { rd_kafka_headers_destroy(headers) }
        return code
    }
}

extension rd_kafka_message_t {
    /// The topic's name; allocates.
    var topicName: String { rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? "" }

    /// The text of the message's error.
    fileprivate var errorText: String { String(cString: rd_kafka_err2str(err)) }
}
