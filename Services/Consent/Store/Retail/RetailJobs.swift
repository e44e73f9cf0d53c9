import Messaging
import Postgres
import Schema
import ServiceKit

/// The one list of the clienteling API's jobs: those that are done here, and those of other services as they tell of them.
struct RetailJobs: Sendable {
    let store: RetailJobStore
    /// Whoever asks for a job that was not heard of yet.
    let waiter: ReplyWaiter<RetailJobKey, RetailJob>
    /// For how long a job that was just made is waited for.
    private let patience: Duration

    /// News of a job are a moment on their way; a job that is older and unknown does not exist.
    private static let youth = Duration.seconds(60)

    init(database: PostgresDatabase, patience: Duration = .seconds(2)) {
        let store = RetailJobStore(database: database, outbox: nil)
        self.store = store
        self.patience = patience
        waiter = ReplyWaiter { try await store.jobs($0) }
    }

    /// A job. A client may ask for it before the service that does it has been heard: the id tells how old it is.
    func job(_ id: RetailJobID, of account: AccountID) async throws -> RetailJob? {
        let key = RetailJobKey(account: account, id: id)
        if let job = try await store.jobs([key])[key] { return job }
        let now = Timestamp.now()
        guard id.time > now - Self.youth, id.time < now + Self.youth else { return nil }
        return try await waiter.wait(for: key, timeout: patience)
    }

    /// Lists a job as the service that does it tells of it.
    func list(_ job: RetailJobSnapshot, sequence: Int64, of account: AccountID, in transaction: Transaction) {
        store.list(RetailJob(job, account: account, sequence: sequence), in: transaction)
        let key = RetailJobKey(account: account, id: job.id)
        transaction.afterCommit { [waiter] in waiter.wake([key]) }
    }
}
