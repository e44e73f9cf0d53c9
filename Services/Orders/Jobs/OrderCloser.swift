import Logging
import ServiceLifecycle

/// Closes orders some time after their last payment. Any number of replicas share the work: each order is closed by whoever
/// locks it first.
struct OrderCloser: Service {
    /// Orders of one transaction.
    private static let batch = 20

    let book: CheckoutBook
    var interval = Duration.seconds(1)
    let logger: Logger

    /// Runs until the service is asked to end.
    func run() async throws {
        await repeatUntilShutdown(every: interval, "close orders", logger) {
            while try await book.closeDue(limit: Self.batch) == Self.batch {}
        }
    }
}
