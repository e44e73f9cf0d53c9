import Messaging
import Schema

/// Lists the clienteling API's jobs that other services do.
struct RetailJobReportedHandler: EventHandler {
    let jobs: RetailJobs

    func handle(_ event: Received<RetailJobReported>, in transaction: Transaction) async throws {
        jobs.list(
            event.payload.job, sequence: event.envelope.sequence, of: event.envelope.account, in: transaction)
    }
}
