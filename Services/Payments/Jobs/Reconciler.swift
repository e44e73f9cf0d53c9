import Logging
import Metrics
import ServiceLifecycle

/// Finds the tasks that nobody holds: those that a dead process has left, and those whose gateway did not know an outcome
/// and is due to be asked again. Hands them to the runner, which looks the transaction up at the gateway before it asks
/// for anything to be done once more.
struct Reconciler: Service {
    /// Most tasks of one claim.
    private static let batchSize = 200

    let tasks: TaskStore
    let runner: PaymentRunner
    let settings: PaymentSettings
    let logger: Logger
    private let reconciled = Counter(label: PaymentMetric.reconciled)

    init(tasks: TaskStore, runner: PaymentRunner, settings: PaymentSettings, logger: Logger) {
        self.tasks = tasks
        self.runner = runner
        self.settings = settings
        self.logger = logger
    }

    /// Runs until the service is asked to end.
    func run() async throws {
        await repeatUntilShutdown(every: settings.poll, "reconcile payments", logger) {
            let claimed = try await tasks.claim(Self.batchSize, lease: settings.lease)
            reconciled.increment(by: Int64(claimed.count))
            runner.submit(claimed)
        }
    }
}

/// Repeats a job that may fail until the service is asked to end.
///
/// - Parameter name: What the job does, for the log.
func repeatUntilShutdown(
    every interval: Duration, _ name: String, _ logger: Logger, _ job: () async throws -> Void
) async {
    while !Task.isCancelled, !Task.isShuttingDownGracefully {
        do {
            try await job()
        } catch {
            logger.warning("could not \(name)", metadata: [PaymentLogKey.error: "\(error)"])
        }
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
    }
}
