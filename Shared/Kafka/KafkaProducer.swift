import Synchronization

/// Sends records and waits for the brokers' acknowledgement.
///
/// The producer is idempotent and asks for the acknowledgement of all in-sync replicas. While the brokers cannot be
/// reached it keeps trying: a send ends by success, by a permanent error, by cancellation of its task, or when the
/// producer is closed (set `message.timeout.ms` to have a time limit; but a record that timed out may be overtaken by
/// the next one of its key). A fatal error of the idempotence protocol fails what is under way, retriably, and the
/// next send uses a new client.
///
/// Close it: an object that is merely dropped leaks its client.
public final class KafkaProducer: Sendable {
    private struct State {
        var session: RDKafkaProducerSession
        var isClosed = false
        /// What the sessions before this one have done.
        var past = KafkaStatistics()
    }

    private let configuration: KafkaConfiguration
    private let topics: [String]
    private let failsWithoutBrokers: Bool
    private let state: Mutex<State>

    /// Makes the producer; it connects in the background.
    /// - Parameter topics: those that will be written to. To another one it can write too, but the first record waits
    ///   about a second for the whereabouts of the partitions.
    /// - Parameter failsWithoutBrokers: fails what is under way, retriably, when the last broker is lost, instead of
    ///   sending it to whatever cluster answers at that address next. Who must know the cluster before anything is
    ///   written to it needs this.
    /// - Throws: a fatal error if a property is unknown or wrong.
    public init(
        configuration: KafkaConfiguration, topics: [String] = [], failsWithoutBrokers: Bool = false
    ) throws(KafkaError) {
        self.configuration = configuration
        self.topics = topics
        self.failsWithoutBrokers = failsWithoutBrokers
        state = Mutex(State(session: try Self.session(configuration, topics, failsWithoutBrokers)))
    }

    /// Sends one record.
    /// - Returns: where it was written.
    /// - Throws: what the broker or the client says. After a retriable error the record may have been written
    ///   nevertheless: consumers must recognise duplicates.
    @discardableResult
    public func send(_ record: KafkaRecord) async throws(KafkaError) -> KafkaDelivery {
        while true {
            let (acknowledged, delivery) = try await session().send([record]).get()
            if acknowledged == 1, let delivery { return delivery }
        }
    }

    /// Sends records and waits for all of them. Records of one key are written in the order given.
    /// - Parameter clusterID: sends only to this cluster; needs `failsWithoutBrokers`. Nil: to whichever answers.
    /// - Throws: the first failure. Any of the records may have been written then; send them all again, in order.
    public func send(
        contentsOf records: [KafkaRecord], toCluster clusterID: String? = nil
    ) async throws(KafkaError) {
        var rest = records[...]
        while !rest.isEmpty {
            let session = try session()
            if let clusterID, session.knownClusterID != clusterID { throw .noBroker }
            rest = rest.dropFirst(try await session.send(rest).get().acknowledged)
        }
    }

    /// The id of the cluster behind the bootstrap address: a different one than before means that the brokers have
    /// lost everything. Costs little once it is known; a change is seen within about five seconds, or as soon as
    /// something is sent.
    /// - Parameter timeout: how long to wait for the first contact with a broker.
    /// - Throws: a retriable error when no broker answered in that time.
    public func clusterID(timeout: Duration) async throws(KafkaError) -> String {
        let deadline = ContinuousClock.now + timeout
        while true {
            if let id = try session().knownClusterID { return id }
            guard ContinuousClock.now < deadline, !Task.isCancelled else { throw .noBroker }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Waits until everything sent is acknowledged or the deadline has passed, and frees the client. What is still
    /// under way then fails with ``KafkaError``. Later sends fail.
    public func close(deadline: Duration) async {
        let session = state.withLock { state in
            state.isClosed = true
            return state.session
        }
        await session.close(deadline: deadline)
    }

    /// Totals since the producer was made.
    public var statistics: KafkaStatistics {
        state.withLock { $0.past.adding($0.session.statistics) }
    }

    /// The session to use; replaces one that has broken down.
    private func session() throws(KafkaError) -> RDKafkaProducerSession {
        try state.withLock { state throws(KafkaError) in
            guard !state.isClosed else { throw .closed }
            if state.session.isBroken {
                let replacement = try Self.session(configuration, topics, failsWithoutBrokers)
                state.past = state.past.adding(state.session.statistics)
                state.past.rebuilds += 1
                state.session = replacement
            }
            return state.session
        }
    }

    private static func session(
        _ configuration: KafkaConfiguration, _ topics: [String], _ failsWithoutBrokers: Bool
    ) throws(KafkaError) -> RDKafkaProducerSession {
        try RDKafkaProducerSession(
            configuration: configuration, defaults: defaults, topics: topics, endsWithoutBrokers: failsWithoutBrokers)
    }

    private static let defaults = [
        "enable.idempotence": "true",
        "acks": "all",
        // A refused record must not be overtaken by the next ones of its key: the client becomes fatal instead.
        "enable.gapless.guarantee": "true",
        "message.timeout.ms": "0",
        "linger.ms": "0.2",
        // The Java client's partitioner: producers in other languages find the same partition for a key.
        "partitioner": "murmur2_random",
        "queue.buffering.max.kbytes": "32768",
        // What a broker takes by default; the client's own default is less.
        "message.max.bytes": "1048576",
        // An idle producer learns of a new cluster behind the old address by this.
        "topic.metadata.refresh.interval.ms": "5000",
        "reconnect.backoff.ms": "50",
        "reconnect.backoff.max.ms": "1000",
        "socket.keepalive.enable": "true",
        // Else a request that follows another waits for its ACK, which the other side may hold back for 40 ms.
        "socket.nagle.disable": "true",
    ]
}
