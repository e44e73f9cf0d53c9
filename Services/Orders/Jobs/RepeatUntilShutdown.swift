import Logging
import ServiceLifecycle

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
            logger.warning("could not \(name)", metadata: ["error": "\(error)"])
        }
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
    }
}
