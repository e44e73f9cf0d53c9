import Logging
import ServiceLifecycle

/// Creates the fulfillments of completed orders once their campaign's delay is over. What is planned is in the database
/// alone, so that it survives restarts, and any number of replicas can run.
struct FulfillmentCreator: Service {
    /// Plans of one transaction.
    private static let batchSize = 50

    let book: FulfillmentBook
    /// How often to look for what is due.
    var interval = Duration.seconds(1)
    let logger: Logger

    /// Runs until the service is asked to end.
    func run() async throws {
        await repeatUntilShutdown(every: interval, "create fulfillments", logger) {
            while try await book.createDue(limit: Self.batchSize) == Self.batchSize {}
        }
    }
}
