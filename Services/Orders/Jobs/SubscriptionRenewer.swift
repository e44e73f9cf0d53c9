import Logging
import ServiceLifecycle

/// Has subscriptions charged when they are due. What is due is in the database alone, so that it survives restarts, and
/// any number of replicas can run.
struct SubscriptionRenewer: Service {
    /// Subscriptions of one transaction.
    private static let batchSize = 50

    let book: SubscriptionBook
    /// How often to look for what is due.
    var interval = Duration.seconds(1)
    let logger: Logger

    /// Runs until the service is asked to end.
    func run() async throws {
        await repeatUntilShutdown(every: interval, "renew subscriptions", logger) {
            while try await book.renewDue(limit: Self.batchSize) == Self.batchSize {}
        }
    }
}
