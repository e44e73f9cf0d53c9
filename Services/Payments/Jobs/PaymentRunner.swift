import DequeModule
import Logging
import Metrics
import Schema
import ServiceLifecycle
import Synchronization

/// Does the tasks whose leases this process holds: those that its own handlers have just recorded, handed over in memory,
/// and those that the reconciler has claimed. Each has its gateway asked, outside of any transaction, and the answer
/// settled.
///
/// Any number of replicas can run. One that dies leaves its tasks to the others' reconcilers once the leases have run out.
final class PaymentRunner: Service {
    private struct State {
        var waiting: Deque<PaymentTask> = []
        var running = 0
        /// Waiting or under way, and not settled yet.
        var held: Set<PaymentTask.Key> = []
    }

    private let desk: PaymentDesk
    private let settler: Settler
    private let tasks: TaskStore
    private let settings: PaymentSettings
    private let logger: Logger
    private let signal = WorkSignal()
    private let state = Mutex(State())
    private let gauge = Gauge(label: PaymentMetric.tasks)

    /// How long tasks under way may take to end when the service stops.
    private static let grace = Duration.seconds(4)

    init(desk: PaymentDesk, settler: Settler, tasks: TaskStore, settings: PaymentSettings, logger: Logger) {
        self.desk = desk
        self.settler = settler
        self.tasks = tasks
        self.settings = settings
        self.logger = logger
    }

    /// Takes tasks on. Call it once their leases are committed.
    func submit(_ new: [PaymentTask]) {
        state.withLock { state in
            for task in new where state.held.insert(task.key).inserted { state.waiting.append(task) }
        }
        signal.wake()
    }

    /// Runs until graceful shutdown; tasks under way then have a few seconds to end, the rest is given back.
    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.renewLeases() }
            await withGracefulShutdownHandler {
                await work()
            } onGracefulShutdown: {
                self.signal.finish()
            }
            group.cancelAll()
        }
        let held = state.withLock { $0.held.map(\.transaction) }
        if !held.isEmpty { try? await tasks.release(held) }
    }

    private func work() async {
        await withDiscardingTaskGroup { group in
            for await _ in signal.wakes {
                while let task = next() { group.addTask { await self.perform(task) } }
            }
            let end = ContinuousClock.now + Self.grace
            while state.withLock({ $0.running > 0 }), ContinuousClock.now < end, !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(10))
            }
            group.cancelAll()
        }
    }

    private func next() -> PaymentTask? {
        state.withLock { state in
            guard state.running < settings.capacity, let task = state.waiting.popFirst() else { return nil }
            state.running += 1
            return task
        }
    }

    private func perform(_ task: PaymentTask) async {
        let isSettled = await TraceContext.$current.withValue(task.trace) { await settle(task) }
        state.withLock { state in
            state.running -= 1
            // What could not be settled is no longer ours once its lease has run out.
            state.held.remove(task.key)
        }
        if !isSettled {
            logger.warning(
                "a payment task is left to the reconciler", metadata: [PaymentLogKey.transaction: "\(task.transaction)"]
            )
        }
        signal.wake()
    }

    private func settle(_ task: PaymentTask) async -> Bool {
        do {
            return await settler.settle(try await desk.outcome(of: task))
        } catch {
            logger.warning("a payment task failed", metadata: [PaymentLogKey.error: "\(error)"])
            return false
        }
    }

    private func renewLeases() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: settings.lease / 3)
            let held = state.withLock { $0.held.map(\.transaction) }
            gauge.record(held.count)
            guard !held.isEmpty, !Task.isCancelled else { continue }
            do {
                try await tasks.renew(held, lease: settings.lease)
            } catch {
                logger.warning("could not renew payment leases", metadata: [PaymentLogKey.error: "\(error)"])
            }
        }
    }
}

/// Tells a loop that there may be something to do. Waking it twice before it looks is waking it once.
final class WorkSignal: Sendable {
    let wakes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (wakes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func wake() {
        continuation.yield()
    }

    /// Ends the loop.
    func finish() {
        continuation.finish()
    }
}
