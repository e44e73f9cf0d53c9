import Logging
import Metrics
import Schema
import ServiceLifecycle
import Synchronization

/// Sends what is due. Claims deliveries for as many slots as each endpoint's lane has open, sends each in a task of its
/// own, and has the outcomes written down in batches. It is told for whom there is something, and only now and then looks
/// for itself.
///
/// Any number of replicas can run: a claim takes a lease. A replica that dies leaves its deliveries to the others once
/// the leases have run out.
final class WebhookDispatcher: Service {
    private struct State {
        var board: DispatchBoard
        /// Claimed, and the outcome not written down yet.
        var held: Set<WebhookDeliveryID> = []
    }

    private let store: DeliveryStore
    private let ledger: OutcomeLedger
    private let keyring: DataKeyring
    private let settings: DeliverySettings
    private let signal: DispatchSignal
    private let logger: Logger
    private let state: Mutex<State>
    private let underWay = Gauge(label: WebhookMetric.underWay)
    private let attempts = AttemptCounters()

    /// How long deliveries under way may take to end when the service stops.
    private static let grace = Duration.seconds(4)
    /// However long a look around takes, the next one comes after this.
    private static let longestRest = Duration.seconds(2)

    init(
        store: DeliveryStore, ledger: OutcomeLedger, keyring: DataKeyring, settings: DeliverySettings,
        signal: DispatchSignal, logger: Logger
    ) {
        self.store = store
        self.ledger = ledger
        self.keyring = keyring
        self.settings = settings
        self.signal = signal
        self.logger = logger
        state = Mutex(State(board: DispatchBoard(capacity: settings.capacity, maximumWidth: settings.width)))
    }

    /// Runs until graceful shutdown; deliveries under way then have a few seconds to end, the rest is given back.
    func run() async throws {
        let transport = try WebhookTransport(settings: settings.transport, timeout: settings.timeout)
        let sender = WebhookSender(transport: transport, keyring: keyring)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.lookAround() }
            group.addTask { await self.every(self.settings.lease / 3) { await self.renewLeases() } }
            await withGracefulShutdownHandler {
                await dispatch(through: sender)
            } onGracefulShutdown: {
                self.signal.finish()
            }
            group.cancelAll()
        }
        await giveBack()
        await transport.shutdown()
    }

    private func dispatch(through sender: WebhookSender) async {
        await withDiscardingTaskGroup { deliveries in
            for await _ in signal.wakes {
                let started = ContinuousClock.now
                let batch = await claim()
                for request in batch {
                    deliveries.addTask { await self.deliver(request, through: sender) }
                    for pause in request.deliveries.compactMap(\.pause) {
                        signal.wake([request.endpoint.id], after: pause)
                    }
                }
                // A message after a quiet time goes out at once. The more there are, the longer they are collected, as a
                // claim costs the same for one as for many.
                let rest = settings.pace * min(1, Double(batch.count) / 20) - (ContinuousClock.now - started)
                if rest > .zero { try? await Task.sleep(for: rest) }
            }
            let end = ContinuousClock.now + Self.grace
            while state.withLock({ !$0.held.isEmpty }), ContinuousClock.now < end, !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(10))
            }
            ledger.stop()
            deliveries.cancelAll()
        }
    }

    private func claim() async -> [Batch] {
        let openings = state.withLock { state in
            state.board.expect(signal.takeExpected())
            return state.board.openings(at: .now())
        }
        var batches: [Batch] = []
        for openings in openings { batches += await claim(openings) }
        underWay.record(state.withLock { $0.board.inFlight })
        return batches
    }

    private func claim(_ openings: DispatchBoard.Openings) async -> [Batch] {
        do {
            let claimed = try await store.claim(openings, lease: settings.lease)
            let batches = Batch.batches(of: claimed) { openings.width(of: $0) }
            let counts = Dictionary(claimed.map { ($0.endpoint.id, 1) }, uniquingKeysWith: +)
            let hasMore = state.withLock { state in
                state.held.formUnion(claimed.map(\.id))
                return state.board.start(
                    batches.map(\.endpoint.id), under: openings, deliveries: counts, at: .now())
            }
            if hasMore { signal.wake() }
            return batches
        } catch {
            // Nothing is lost: the next look around tries again.
            logger.warning("could not claim webhook deliveries", metadata: [WebhookLogKey.error: "\(error)"])
            state.withLock { $0.board.abandon(openings) }
            return []
        }
    }

    /// Finds what nobody has told of: retries that have become due, and what other replicas left behind.
    private func lookAround() async {
        while !Task.isCancelled {
            let started = ContinuousClock.now
            let due = await findDue()
            let hasMore = state.withLock { state in
                state.board.expect(due)
                return state.board.review(at: .now())
            }
            if hasMore { signal.wake() }
            // Among thousands of endpoints a look is not free: it must not become a load of its own.
            let rest = min((ContinuousClock.now - started) * 10, Self.longestRest)
            try? await Task.sleep(for: max(settings.poll, rest))
        }
    }

    private func findDue() async -> [WebhookEndpointID] {
        do {
            return try await store.endpointsWithDueDeliveries()
        } catch {
            logger.warning("could not look for webhook deliveries", metadata: [WebhookLogKey.error: "\(error)"])
            return []
        }
    }

    private func deliver(_ batch: Batch, through sender: WebhookSender) async {
        let started = ContinuousClock.now
        // A cancelled attempt counts as none. It stays held, and is given back in the end.
        let result = try? await sender.attempt(batch)
        let now = Timestamp.now()
        let duration = ContinuousClock.now - started
        let asks = state.withLock { state in
            state.board.finish(batch.endpoint.id, result?.verdict, after: duration, at: now)
        }
        if asks { signal.wake() }
        guard let result else { return }
        let settings = batch.endpoint.settings
        let schedule = RetrySchedule(
            settings.retry, standard: WebhookStyles.style(settings.style)?.retry ?? self.settings.schedule)
        // One for all: what failed together is due together.
        let jitter = Double.random(in: 0...1)
        let settled = zip(batch.deliveries, result.outcomes).map { delivery, outcome in
            attempts.count(outcome.verdict)
            return SettledAttempt(
                delivery: delivery.id, endpoint: batch.endpoint.id, configuredAt: batch.endpoint.configuredAt,
                duration: duration, outcome: outcome,
                settlement: Settlement(
                    outcome, attempts: delivery.attempts + 1, schedule: schedule, at: now, jitter: jitter), at: now)
        }
        // An outcome that could not be written lets the lease run out, and the delivery is made again.
        _ = await ledger.record(settled)
        state.withLock { $0.held.subtract(batch.deliveries.map(\.id)) }
    }

    private func renewLeases() async {
        let held = state.withLock { Array($0.held) }
        guard !held.isEmpty else { return }
        do {
            try await store.renew(held, lease: settings.lease)
        } catch {
            logger.warning("could not renew webhook leases", metadata: [WebhookLogKey.error: "\(error)"])
        }
    }

    /// Spares other replicas the wait for leases to run out.
    private func giveBack() async {
        let held = state.withLock { Array($0.held) }
        guard !held.isEmpty else { return }
        try? await store.release(held)
    }

    private func every(_ interval: Duration, _ action: () async -> Void) async {
        while !Task.isCancelled {
            await action()
            try? await Task.sleep(for: interval)
        }
    }
}
