package import Logging
internal import ServiceLifecycle

/// Whether the current service is asked to end.
var isShuttingDown: Bool { Task.isCancelled || Task.isShuttingDownGracefully }

/// Sleeps; ends early when the current service is asked to end.
func pause(_ duration: Duration) async {
    try? await cancelWhenGracefulShutdown { try await Task.sleep(for: duration) }
}

/// Repeats a job that may fail until the service is asked to end. The first of several failures in a row is logged.
/// - Parameter name: What the job does, for the log.
package func repeatUntilShutdown(
    every interval: Duration, logger: Logger, _ name: String, _ job: () async throws -> Void
) async {
    var isFailing = false
    while !isShuttingDown {
        do {
            try await job()
            isFailing = false
        } catch {
            if !isFailing, !isShuttingDown {
                logger.warning("could not \(name)", metadata: ["error": "\(error)"])
            }
            isFailing = true
        }
        await pause(interval)
    }
}
