public import Edge
public import Logging
public import Messaging
public import Postgres
public import Schema
import Synchronization

/// What clients of the clienteling API have asked for and is done soon after: one queue for each resource, in the service
/// that owns it. Every replica works on it; each job is done once, those of one record in their order.
public struct RetailQueue<Work: Codable & Sendable>: Sendable {
    /// A job, and what is to be done.
    public struct Task: Sendable {
        public let job: RetailJob
        public let work: Work

        /// Whose it is.
        public var account: AccountID { job.account }
        /// The client's own id of the record.
        public var externalID: String { job.snapshot.subject }
    }

    /// Does all of the tasks, in the transaction that says so.
    public typealias Perform = @Sendable ([Task], Transaction) async throws -> Void

    private static var unknownReason: String { "This could not be done, for a reason of ours." }

    /// Jobs of one transaction.
    static var batchSize: Int { 200 }

    /// What the work is on.
    public let resource: RetailOS.Resource
    let store: RetailJobStore
    /// Wakes whoever does the jobs.
    let signal = WakeSignal()
    private let additions = Additions()
    private let logger: Logger
    private let perform: Perform

    /// - Parameter perform: Does jobs, given in the order in which they were asked for. It throws a ``RetailRefusal`` for one
    ///   that can never be done, and is then called for each by itself; anything else is tried again.
    public init(_ resource: RetailOS.Resource, store: RetailJobStore, logger: Logger, perform: @escaping Perform) {
        self.resource = resource
        self.store = store
        self.logger = logger
        self.perform = perform
    }

    /// Has something done soon.
    func add(
        _ work: Work, to externalID: String, of account: AccountID, in transaction: Transaction
    ) throws -> RetailJobSnapshot {
        let job = RetailJob(queueName: resource.queueName, subject: externalID, account: account, at: .now())
        transaction.shareCommit()
        try store.insert(job, payload: try JSON.text(work), in: transaction)
        transaction.afterCommit { [signal, additions] in
            additions.count.add(1, ordering: .relaxed)
            signal.wake()
        }
        return job.snapshot
    }

    /// How many jobs this process has taken on.
    var added: Int { additions.count.load(ordering: .relaxed) }

    /// Whether something is still to be done to a record.
    func isOpen(_ externalID: String, of account: AccountID) async throws -> Bool {
        try await store.isOpen(externalID, in: resource.queueName, of: account)
    }

    /// Does the oldest jobs; answers how many there were.
    public func work() async throws -> Int {
        let taken = try await store.database.withTransaction { transaction in
            try await store.take(from: resource.queueName, limit: Self.batchSize, in: transaction)
        }
        guard !taken.isEmpty else { return 0 }
        var tasks: [Task] = []
        for (job, payload) in taken {
            if job.snapshot.attempts <= RetailJob.maximumAttempts, let work: Work = try? JSON.decode(from: payload) {
                tasks.append(Task(job: job, work: work))
            } else {
                // Written by another version of this service, or the end of whoever tried.
                try await fail(job, because: Self.unknownReason, isFinal: true)
            }
        }
        do {
            try await perform(tasks)
        } catch {
            // One of them spoils the others: each by itself.
            await performSingly(tasks)
        }
        return taken.count
    }

    private func perform(_ tasks: [Task]) async throws {
        guard !tasks.isEmpty else { return }
        try await repeatingRaces {
            try await store.database.withTransaction { transaction in
                try await store.complete(tasks.map(\.job), in: transaction)
                try await perform(tasks, transaction)
            }
        }
    }

    private func performSingly(_ tasks: [Task]) async {
        var waiting: Set<RetailJob.Line> = []
        for task in tasks {
            let job = task.job
            do {
                if waiting.contains(job.line) {
                    try await store.database.withTransaction { try await store.release(job, in: $0) }
                } else if try await !performAlone(task) {
                    waiting.insert(job.line)
                }
            } catch {
                // What cannot be written now is begun again when its lease is over; what comes after it waits.
                waiting.insert(job.line)
                logger.warning("could not write a retail job", metadata: ["job": "\(job.snapshot.id)"])
            }
        }
    }

    /// Answers whether the job is over.
    private func performAlone(_ task: Task) async throws -> Bool {
        let job = task.job
        do {
            try await perform([task])
            return true
        } catch is RetailJobLost {
            return false
        } catch let refusal as any RetailRefusal {
            try await fail(job, because: refusal.message, isFinal: true)
            return true
        } catch {
            logger.warning(
                "could not do a retail job", metadata: ["job": "\(job.snapshot.id)", "error": "\(error)"])
            let isFinal = job.snapshot.attempts >= RetailJob.maximumAttempts
            try await fail(job, because: Self.unknownReason, isFinal: isFinal)
            return isFinal
        }
    }

    private func fail(_ job: RetailJob, because reason: String, isFinal: Bool) async throws {
        try await store.database.withTransaction { transaction in
            try await store.fail(job, because: reason, isFinal: isFinal, in: transaction)
        }
    }
}

private final class Additions: Sendable {
    let count = Atomic(0)
}
