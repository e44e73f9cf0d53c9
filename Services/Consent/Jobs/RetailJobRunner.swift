import Logging
import Messaging
import Schema
import ServiceLifecycle

/// Does the jobs of the clienteling API soon after they are asked for. Every replica runs one; each job is done once.
struct RetailJobRunner: Service {
    let customers: RetailCustomers
    /// When jobs of other replicas are looked for.
    var interval = Duration.seconds(1)
    /// For how long jobs that are over can be asked about.
    var retention = Duration.seconds(7 * 24 * 3600)
    let logger: Logger

    /// Runs until the service is asked to end.
    func run() async throws {
        await repeatUntilShutdown(every: .zero, logger: logger, "do retail jobs") {
            while try await customers.work() == RetailCustomers.batchSize {}
            try await customers.jobs.deleteDone(before: .now() - retention, limit: 1000)
            await customers.signal.wait(upTo: interval)
        }
    }
}
