public import Logging
import Messaging
import Schema
public import ServiceLifecycle

/// Does the jobs of a queue soon after they are asked for, and forgets those that are long over.
public struct RetailJobRunner<Work: Codable & Sendable>: Service {
    private let queue: RetailQueue<Work>
    private let logger: Logger
    /// When jobs of other replicas are looked for.
    private let interval = Duration.seconds(1)
    /// For how long jobs that are over can be asked about, and how often those that are older are looked for.
    private let retention = Duration.seconds(7 * 24 * 3600)
    private let cleaningInterval = Duration.seconds(600)

    public init(_ queue: RetailQueue<Work>, logger: Logger) {
        self.queue = queue
        self.logger = logger
    }

    /// Runs until the service is asked to end.
    public func run() async throws {
        var cleaning = ContinuousClock.now
        await withGracefulShutdownHandler {
            await repeatUntilShutdown(every: .zero, logger: logger, "do retail jobs") {
                while try await workInTurn() == RetailQueue<Work>.batchSize {}
                if cleaning <= .now {
                    while try await queue.store.deleteDone(before: .now() - retention, limit: 10_000) == 10_000 {}
                    cleaning = .now + cleaningInterval
                }
                await queue.signal.wait(upTo: interval)
            }
        } onGracefulShutdown: { [signal = queue.signal] in
            signal.wake()
        }
    }

    /// Does the oldest jobs, and rests if more were asked for meanwhile: whoever asks goes first, the jobs can wait.
    private func workInTurn() async throws -> Int {
        let (start, known) = (ContinuousClock.now, queue.added)
        let count = try await queue.work()
        if queue.added != known, count > 0 {
            try? await Task.sleep(for: min((ContinuousClock.now - start) * 3, .milliseconds(250)))
        }
        return count
    }
}
