import Logging
import Messaging
import Metrics
import Schema
import ServiceLifecycle

/// Gives the consent entries their places in the trees and signs checkpoints, soon after they were written.
///
/// Every replica runs one and any of them may do a round, but only one at a time: when a replica dies the next round is
/// another's. An entry after a quiet time gets its checkpoint at once, many that come together share one.
struct TreeGrower: Service {
    /// Entries of one round; what is left is done right after it.
    static let batchSize = 10_000

    let trees: ConsentTrees
    let signal: WakeSignal
    /// The least time from one checkpoint of an account to the next, and the most until another replica's entries are
    /// seen.
    let interval: Duration
    let logger: Logger
    private let leaves = Counter(label: LedgerMetric.leaves)
    private let checkpoints = Counter(label: LedgerMetric.checkpoints)
    private let damaged = Gauge(label: LedgerMetric.damaged)

    init(trees: ConsentTrees, signal: WakeSignal, interval: Duration, logger: Logger) {
        self.trees = trees
        self.signal = signal
        self.interval = interval
        self.logger = logger
    }

    /// Runs until the service is asked to end.
    func run() async throws {
        await withGracefulShutdownHandler {
            var isFailing = false
            while !Task.isCancelled, !Task.isShuttingDownGracefully {
                let started = ContinuousClock.now
                do {
                    while try await growOnce() == Self.batchSize {}
                    isFailing = false
                } catch {
                    // The first of several failures in a row is worth a line.
                    if !isFailing {
                        logger.warning("could not grow the trees", metadata: [LedgerLogKey.error: "\(error)"])
                    }
                    isFailing = true
                }
                await signal.wait(upTo: interval)
                let rest = interval - (ContinuousClock.now - started)
                if rest > .zero { try? await cancelWhenGracefulShutdown { try await Task.sleep(for: rest) } }
            }
        } onGracefulShutdown: {
            signal.wake()
        }
    }

    private func growOnce() async throws -> Int {
        let round = try await trees.grow(limit: Self.batchSize)
        leaves.increment(by: round.leaves)
        checkpoints.increment(by: round.checkpoints)
        damaged.record(round.damaged.count)
        for account in round.damaged {
            logger.critical(
                "the stored consent tree contradicts itself", metadata: [LedgerLogKey.account: "\(account)"])
        }
        return round.leaves
    }
}
