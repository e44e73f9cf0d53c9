import Logging
import Messaging
import Schema
import ServiceLifecycle
import Synchronization

/// Sends the messages that are due, at least once each.
///
/// Any number of replicas can run: a claim takes a lease. Whoever dies between sending and writing it down leaves the
/// message to the others, who send it again under the same Message-ID.
final class MessageSender: Service {
    private let store: MessageStore
    private let desk: ConsentDesk
    private let settings: MessageSettingsStore
    private let outcomes: MessageOutcomes
    private let transports: @Sendable () throws -> MessageTransports
    private let pace: MessagePace
    private let logger: Logger
    /// Claimed, and what came of it not written down.
    private let held = Mutex<Set<MessageID>>([])

    /// How long messages under way may take to end when the service stops.
    private static let grace = Duration.seconds(4)

    /// - Parameter transports: Made when the service starts.
    init(
        store: MessageStore, desk: ConsentDesk, settings: MessageSettingsStore, outcomes: MessageOutcomes,
        transports: @escaping @Sendable () throws -> MessageTransports, pace: MessagePace, logger: Logger
    ) {
        self.store = store
        self.desk = desk
        self.settings = settings
        self.outcomes = outcomes
        self.transports = transports
        self.pace = pace
        self.logger = logger
    }

    /// Runs until graceful shutdown; messages under way then have a few seconds to end.
    func run() async throws {
        let transports = try transports()
        let signal = store.signal
        let work = Task { await send(through: transports) }
        let clock = Task {
            while !Task.isCancelled {
                signal.wake()
                try await Task.sleep(for: pace.poll)
            }
        }
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await work.value
            } onGracefulShutdown: {
                signal.finish()
                Task {
                    try await Task.sleep(for: Self.grace)
                    work.cancel()
                }
            }
        } onCancel: {
            work.cancel()
        }
        clock.cancel()
        // Spares the others the wait for leases to run out.
        let rest = held.withLock { Array($0) }
        if !rest.isEmpty { try? await store.release(rest) }
        await transports.shutdown()
    }

    private func send(through transports: MessageTransports) async {
        for await _ in store.signal.wakes {
            do {
                while try await sendBatch(through: transports), !Task.isCancelled {}
            } catch {
                logger.warning("could not send messages", metadata: [MessageLogKey.error: "\(error)"])
            }
        }
    }

    /// Sends what is due, as many at once as configured. Answers whether there may be more.
    private func sendBatch(through transports: MessageTransports) async throws -> Bool {
        let batch = try await store.claim(pace.width, lease: pace.lease)
        held.withLock { $0.formUnion(batch.map(\.id)) }
        await withDiscardingTaskGroup { group in
            for message in batch { group.addTask { await self.deliver(message, through: transports) } }
        }
        return batch.count == pace.width
    }

    private func deliver(_ message: ClaimedMessage, through transports: MessageTransports) async {
        do {
            let outcome = try await attempt(message, through: transports)
            // What was given up since the service stops is nobody's failure.
            if Task.isCancelled, case .failed = outcome { return }
            MessageMetric.count(outcome, message.channel)
            // A task of its own: what was sent is written down, also while the service stops.
            try await Task { [outcomes, pace] in
                try await outcomes.record(outcome, of: message, schedule: pace.schedule)
            }.value
            held.withLock { _ = $0.remove(message.id) }
        } catch {
            // The lease runs out, and somebody tries again.
            if !Task.isCancelled { held.withLock { _ = $0.remove(message.id) } }
            logger.warning(
                "a message waits",
                metadata: [MessageLogKey.message: "\(message.id)", MessageLogKey.error: "\(error)"])
        }
    }

    private func attempt(
        _ message: ClaimedMessage, through transports: MessageTransports
    ) async throws -> MessageOutcome {
        let content: MessageContent
        do {
            content = try store.keyring.open(message.content)
        } catch {
            return .refused(reason: "The message cannot be read: its key is gone.")
        }
        switch try await desk.admit(message, content) {
        case .skip(let reason): return .skipped(reason: reason)
        case .send(let address):
            let settings = try await settings.settings(of: message.account)
            return await transports.send(message, content, to: address, settings)
        }
    }
}

/// How fast messages are sent.
struct MessagePace: Sendable {
    /// Waits between attempts.
    var schedule = RetrySchedule([.seconds(30), .seconds(120), .seconds(600)])
    /// Most messages under way at once.
    var width = 16
    /// How long a message waits for its sender when that dies; longer than an attempt takes.
    var lease = Duration.seconds(120)
    /// How often to look for what is due again, and for what others left behind.
    var poll = Duration.seconds(1)
    /// How long messages that are done are kept.
    var retention = Duration.seconds(90 * 86_400)
}

/// The keys of this job's log lines.
enum MessageLogKey {
    static let error = "error"
    static let message = "message"
}
