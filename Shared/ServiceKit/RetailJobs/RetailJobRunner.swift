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
    /// For how long jobs that are over can be asked about.
    private let retention = Duration.seconds(7 * 24 * 3600)

    public init(_ queue: RetailQueue<Work>, logger: Logger) {
        self.queue = queue
        self.logger = logger
    }

    /// Runs until the service is asked to end.
    public func run() async throws {
        await withGracefulShutdownHandler {
            await repeatUntilShutdown(every: .zero, logger: logger, "do retail jobs") {
                while try await queue.work() == RetailQueue<Work>.batchSize {}
                try await queue.store.deleteDone(before: .now() - retention, limit: 1000)
                await queue.signal.wait(upTo: interval)
            }
        } onGracefulShutdown: { [signal = queue.signal] in
            signal.wake()
        }
    }
}
