public import Kafka
public import Logging
internal import Metrics
public import Postgres
public import Schema
public import ServiceLifecycle

/// Publishes a service's committed events, each at least once, those of one aggregate in order.
///
/// Every replica runs a relay; one of them is active, the one whose connection holds an advisory lock. The same
/// connection reads the journal and records what is published: a relay that loses it can record nothing more, so
/// another may take over at once. What both send then arrives twice, each time in order, and inboxes drop it.
///
/// A relay that meets another cluster than last time publishes the whole journal again.
public final class OutboxRelay: Service {
    private let database: PostgresDatabase
    private let producer: KafkaProducer
    private let signal: WakeSignal
    private let configuration: RelayConfiguration
    private let logger: Logger
    private let source: String
    private let published = Counter(label: MessagingMetric.relayPublished)
    private let depth = Gauge(label: MessagingMetric.outboxDepth)
    private let age = Gauge(label: MessagingMetric.outboxAge)

    /// - Parameters:
    ///   - database: The pool of the service's own role; the active relay keeps one connection of it.
    ///   - producer: Must never give up on a record, lest the next one overtake it. It stays the caller's to close.
    ///   - signal: The one that the service's ``Outbox`` wakes.
    public init(
        service: ServiceName, database: PostgresDatabase, producer: KafkaProducer, signal: WakeSignal,
        configuration: RelayConfiguration = RelayConfiguration(), logger: Logger
    ) {
        self.database = database
        self.producer = producer
        self.signal = signal
        self.configuration = configuration
        self.logger = logger
        source = EventEnvelope.source(of: service)
    }

    /// Runs until the service is asked to end; failures of Postgres or Kafka only make it wait.
    public func run() async throws {
        await withGracefulShutdownHandler {
            async let pruning: Void = repeatUntilShutdown(
                every: configuration.removalInterval, logger: logger, "remove old events from the journal"
            ) { [self] in
                try await Journal.removeEvents(olderThan: configuration.journalRetention, from: database)
            }
            // On every replica and from the database, so that the figures are true just when no relay gets on.
            async let measuring: Void = repeatUntilShutdown(
                every: configuration.measurementInterval, logger: logger, "measure the outbox"
            ) { [self] in
                let backlog = try await Journal.backlog(in: database)
                depth.record(backlog.depth)
                age.record(backlog.age)
            }
            await relay()
            await measuring
            await pruning
        } onGracefulShutdown: { [signal] in
            signal.wake()
        }
    }

    private func relay() async {
        var backoff = Backoff()
        while !isShuttingDown {
            do {
                let wasActive = try await database.withConnection { connection in
                    try await leadIfElected(JournalStore(connection: connection, source: source))
                }
                if wasActive { backoff.reset() } else { await pause(configuration.electionInterval) }
            } catch {
                guard !isShuttingDown else { return }
                logger.warning("the relay starts again", metadata: ["error": "\(error)"])
                await pause(backoff.next())
            }
        }
    }

    /// Holds the lock, if it is free, for as long as all goes well.
    private func leadIfElected(_ store: JournalStore) async throws -> Bool {
        guard try await store.tryLock() else { return false }
        logger.info("the relay is active")
        // If this throws, the connection is closed and the lock with it.
        try await lead(store)
        try await store.unlock()
        return true
    }

    private func lead(_ store: JournalStore) async throws {
        var (cursor, knownCluster) = try await store.loadCursor()
        if try await store.adoptRestoredJournal(cursor) {
            logger.notice("the database comes from a dump: publishing the whole journal again")
            cursor = JournalCursor()
        }
        var recordedFloor = cursor.floor
        var horizon = Horizon()
        while !isShuttingDown {
            let started = ContinuousClock.now
            // Asked before and after sending, of what the client knows anyway: events that reached an empty cluster
            // before the older ones must not be recorded as published.
            let cluster = try await producer.clusterID(timeout: .seconds(5))
            if let knownCluster, knownCluster != cluster {
                logger.notice("another Kafka cluster: publishing the whole journal again")
                cursor = JournalCursor()
                horizon = Horizon()
            }
            knownCluster = cluster

            let batch = try await store.read(
                after: cursor, limit: configuration.batchSize, bytes: configuration.batchBytes)
            if !batch.events.isEmpty {
                try await producer.send(contentsOf: batch.events.map(\.record), toCluster: cluster)
                published.increment(by: batch.events.count)
                guard try await producer.clusterID(timeout: .seconds(5)) == cluster else { continue }
            }
            cursor.advance(
                past: batch.lastPosition, isComplete: batch.isComplete, snapshot: batch.snapshot, horizon: &horizon)
            // Without events only the floor is worth recording: what lies below it can be removed by age.
            if !batch.events.isEmpty || cursor.floor > recordedFloor {
                let xid = try await store.save(cursor, clusterID: cluster)
                horizon.mark(xid: xid, position: batch.handedOut)
                recordedFloor = cursor.floor
            }
            if batch.isComplete { await waitForEvents(after: batch.events.count, since: started) }
        }
    }

    /// - Parameter count: How many events the last round found.
    private func waitForEvents(after count: Int, since started: ContinuousClock.Instant) async {
        await signal.wait(upTo: configuration.pollInterval)
        // An event after a quiet time goes out at once. The more there are, the longer they are collected, as a round
        // costs the same for one as for many.
        let rest = configuration.pace * min(1, Double(count) / 20) - (ContinuousClock.now - started)
        if rest > .zero { try? await Task.sleep(for: rest) }
    }
}
