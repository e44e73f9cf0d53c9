import Logging
import Messaging
import ServiceLifecycle

/// Makes the partitions of the logs ahead, drops the old ones, and removes what waits for endpoints that are gone. Any
/// number of replicas may run it.
final class LogRetention: Service {
    private let deliveries: DeliveryStore
    private let partitions: LogPartitions
    private let logger: Logger

    private static let interval = Duration.seconds(60)

    init(deliveries: DeliveryStore, partitions: LogPartitions, logger: Logger) {
        self.deliveries = deliveries
        self.partitions = partitions
        self.logger = logger
    }

    func run() async throws {
        await repeatUntilShutdown(every: Self.interval, logger: logger, "keep the webhook logs") { [self] in
            try await partitions.makeAhead()
            while try await deliveries.removeOrphans() {}
            try await partitions.dropOld()
        }
    }
}
