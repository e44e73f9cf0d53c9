import Logging
import Messaging
import ServiceLifecycle

/// Counts sales as they come. Any number of replicas share the work: each sale is counted by whoever locks it first.
struct SalesCounting: Service {
    let counter: SalesCounter
    /// How often to look for what another replica has queued and left.
    var interval = Duration.seconds(2)
    let logger: Logger

    /// Runs until the service is asked to end.
    func run() async throws {
        await withGracefulShutdownHandler {
            while !Task.isCancelled, !Task.isShuttingDownGracefully {
                do {
                    while try await counter.countOnce() == SalesCounter.batchSize {}
                } catch {
                    logger.warning("could not count sales", metadata: ["error": "\(error)"])
                }
                await counter.signal.wait(upTo: interval)
            }
        } onGracefulShutdown: { [signal = counter.signal] in
            signal.wake()
        }
    }
}
