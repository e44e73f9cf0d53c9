import Logging
import Messaging
import ServiceLifecycle

/// Removes old deliveries and events, and those of endpoints that are gone, a few at a time. Any number of replicas may
/// run it.
final class DeliveryRetention: Service {
    private let store: DeliveryArchive
    private let age: Duration
    private let logger: Logger

    private static let interval = Duration.seconds(60)

    /// - Parameter age: How long what has been delivered or has failed is kept.
    init(store: DeliveryArchive, age: Duration, logger: Logger) {
        self.store = store
        self.age = age
        self.logger = logger
    }

    func run() async throws {
        await repeatUntilShutdown(every: Self.interval, logger: logger, "remove old deliveries") { [self] in
            try await removeOld()
        }
    }

    /// Removes everything that nobody needs now.
    func removeOld() async throws {
        while try await store.removeOrphans() {}
        while try await store.removeDeliveries(olderThan: age) {}
        while try await store.removeEvents(olderThan: age) {}
    }
}
