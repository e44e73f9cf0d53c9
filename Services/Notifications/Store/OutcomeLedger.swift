import Logging
import Messaging
import Postgres
import Schema
import Synchronization

/// Writes outcomes down, as many in one transaction as have come in while the last one was under way.
final class OutcomeLedger: Sendable {
    private struct State {
        var waiting: [(attempts: [SettledAttempt], written: CheckedContinuation<Bool, Never>)] = []
        var isWriting = false
        var isStopping = false
    }

    /// Most outcomes of one transaction, but for those of one request, which are written together.
    private static let batchSize = 500

    private let database: PostgresDatabase
    private let deliveries: DeliveryStore
    private let endpoints: WebhookEndpointStore
    private let outbox: Outbox
    /// Woken when an outcome lets another message go.
    private let signal: DispatchSignal
    private let patience: Duration
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter patience: How long an endpoint may do nothing but fail.
    init(
        database: PostgresDatabase, deliveries: DeliveryStore, endpoints: WebhookEndpointStore, outbox: Outbox,
        signal: DispatchSignal, patience: Duration, logger: Logger
    ) {
        self.database = database
        self.deliveries = deliveries
        self.endpoints = endpoints
        self.outbox = outbox
        self.signal = signal
        self.patience = patience
        self.logger = logger
    }

    /// Returns once the outcomes of one request are durable; `false` if the service stops before that.
    ///
    /// The first to come while nobody writes does so for all who come meanwhile.
    func record(_ attempts: [SettledAttempt]) async -> Bool {
        await withCheckedContinuation { continuation in
            let mustWrite = state.withLock { state in
                state.waiting.append((attempts, continuation))
                defer { state.isWriting = true }
                return !state.isWriting
            }
            if mustWrite { Task { await writeAll() } }
        }
    }

    private func writeAll() async {
        while true {
            let batch = state.withLock { state in
                var count = 0
                let batch = Array(
                    state.waiting.prefix { attempts, _ in
                        defer { count += attempts.count }
                        return count < Self.batchSize
                    })
                state.waiting.removeFirst(batch.count)
                state.isWriting = !batch.isEmpty
                return batch
            }
            guard !batch.isEmpty else { return }
            let isWritten = await write(batch.flatMap(\.attempts))
            for (_, written) in batch { written.resume(returning: isWritten) }
        }
    }

    /// From now on an outcome that cannot be written at once is not written at all; its delivery will be made again.
    func stop() {
        state.withLock { $0.isStopping = true }
    }

    /// Writes outcomes in one transaction, as often as it takes.
    private func write(_ batch: [SettledAttempt]) async -> Bool {
        var pause = Duration.milliseconds(50)
        while true {
            do {
                try await writeOnce(batch)
                return true
            } catch {
                logger.warning("could not write webhook outcomes", metadata: [WebhookLogKey.error: "\(error)"])
                if state.withLock({ $0.isStopping }) { return false }
                guard let error = error as? PostgresError, error.isTransient else { break }
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(2))
        }
        // One outcome that the database refuses must not hold up the others.
        guard batch.count > 1 else { return false }
        var isWritten = true
        for attempt in batch where await !write([attempt]) { isWritten = false }
        return isWritten
    }

    /// One round trip, and no lock on an endpoint, if all went well.
    private func writeOnce(_ batch: [SettledAttempt]) async throws {
        var failing = Dictionary(grouping: batch, by: \.endpoint)
        let healthy = failing.filter { $0.value.allSatisfy { $0.outcome.verdict == .delivered } }.map(\.key)
        for endpoint in healthy { failing[endpoint] = nil }
        let settling = deliveries.settling(batch, healthy: healthy)
        let settled =
            if failing.isEmpty {
                try await database.query(settling)
            } else {
                try await database.withTransaction { [failing] transaction in
                    try await note(failing, in: transaction)
                    return try await transaction.query(settling)
                }
            }
        signal.wake(try deliveries.ready(settled))
    }

    private func note(
        _ attempts: [WebhookEndpointID: [SettledAttempt]], in transaction: PostgresTransaction
    ) async throws {
        var endpoints = try await self.endpoints.lock(attempts.keys, in: transaction)
        for index in endpoints.indices {
            for attempt in attempts[endpoints[index].id] ?? [] {
                try note(attempt, on: &endpoints[index], in: transaction)
            }
        }
        self.endpoints.saveHealth(of: endpoints, in: transaction)
    }

    /// Whoever rests for a moment only is not looked for in vain until somebody looks around.
    private func tellOfRest(of endpoint: WebhookEndpoint, at now: Timestamp, in transaction: PostgresTransaction) {
        guard let end = endpoint.health.circuitOpenUntil, end > now, end - now < .seconds(1) else { return }
        transaction.afterCommit { [signal] in signal.wake([endpoint.id], after: end - now) }
    }

    private func note(
        _ attempt: SettledAttempt, on endpoint: inout WebhookEndpoint, in transaction: PostgresTransaction
    ) throws {
        // What answers 410 is the address of then, not the one that was given meanwhile.
        if attempt.outcome.verdict == .gone, attempt.configuredAt != endpoint.configuredAt { return }
        let action = endpoint.health.record(
            attempt.outcome, after: attempt.duration, at: attempt.at, patience: patience)
        tellOfRest(of: endpoint, at: attempt.at, in: transaction)
        guard case .disable(let reason) = action, let event = endpoint.disable(reason, at: attempt.at) else { return }
        try outbox.append(
            event, subject: endpoint.id.description, sequence: endpoint.sequence, account: endpoint.account,
            in: transaction)
        let metadata: Logger.Metadata = [
            WebhookLogKey.endpoint: "\(endpoint.id)", WebhookLogKey.reason: "\(reason.rawValue)",
        ]
        transaction.afterCommit { [logger] in logger.notice("disabled a webhook endpoint", metadata: metadata) }
    }
}
