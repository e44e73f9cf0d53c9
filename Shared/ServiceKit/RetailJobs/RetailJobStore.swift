import FoundationEssentials
public import Messaging
public import Postgres
public import Schema

/// The SQL of the clienteling API's jobs, the same in each service that does some. Its migrations make the table
/// `retail_jobs`; a row with a payload is to be done here.
public struct RetailJobStore: Sendable {
    let database: PostgresDatabase
    /// Where changes are told; nil in the service that keeps the list of all jobs.
    private let outbox: Outbox?

    /// - Parameter outbox: By which the list of all jobs hears of this service's; nil for the service that keeps it.
    public init(database: PostgresDatabase, outbox: Outbox?) {
        self.database = database
        self.outbox = outbox
    }

    // MARK: Doing

    /// Adds a job that is to be done.
    func insert(_ job: RetailJob, payload: String, in transaction: Transaction) throws {
        let known = job.snapshot
        transaction.send(
            """
            INSERT INTO retail_jobs (account_id, id, queue_name, subject, status, payload, sequence, created_at,
                updated_at)
            VALUES (\(job.account), \(known.id), \(known.queueName), \(known.subject), \(known.status), \(payload),
                \(job.sequence), \(known.createdAt), \(known.updatedAt))
            """)
        try tell([job], in: transaction)
    }

    /// Whether something of a client's is still to be done.
    func isOpen(_ subject: String, in queue: String, of account: AccountID) async throws -> Bool {
        try await database.query(
            """
            SELECT FROM retail_jobs
            WHERE account_id = \(account) AND queue_name = \(queue) AND subject = \(subject) AND payload IS NOT NULL
            LIMIT 1
            """
        ).first != nil
    }

    /// Takes the oldest jobs that nobody is at. A job waits for those of its subject that were asked for before it and are
    /// being done or are to be tried again, so that each subject's jobs are done in their order; one at a time takes jobs,
    /// so that nobody takes a later one first.
    func take(
        from queue: String, limit: Int, in transaction: Transaction
    ) async throws -> [(job: RetailJob, payload: String)] {
        transaction.send(
            "SELECT pg_advisory_xact_lock(hashtextextended('retail jobs of ' || current_schema() || \(queue), 0))")
        let taken = try await transaction.query(
            """
            UPDATE retail_jobs AS job SET status = 'running', attempts = attempts + 1, sequence = sequence + 1,
                leased_until = now() + interval '30 seconds', updated_at = now()
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM retail_jobs AS open
                WHERE queue_name = \(queue) AND payload IS NOT NULL AND coalesce(leased_until < now(), true)
                    AND NOT EXISTS (
                        SELECT FROM retail_jobs AS earlier
                        WHERE earlier.account_id = open.account_id AND earlier.queue_name = open.queue_name
                            AND earlier.subject = open.subject AND earlier.id < open.id
                            AND earlier.payload IS NOT NULL AND earlier.leased_until >= now())
                ORDER BY id LIMIT \(limit) FOR UPDATE SKIP LOCKED))
            RETURNING \(constant: Self.columns), job.payload
            """
        ).map { (job: try RetailJob($0), payload: try $0["payload", as: String.self]) }
            .sorted { $0.job.snapshot.id < $1.job.snapshot.id }
        try tell(taken.map(\.job), in: transaction)
        return taken
    }

    /// Writes that jobs are done, in the transaction that does them: what was to be written is gone from here.
    ///
    /// - Throws: ``RetailJobLost`` if somebody else has taken one of them meanwhile.
    func complete(_ jobs: [RetailJob], in transaction: Transaction) async throws {
        let done = try await transaction.query(
            """
            UPDATE retail_jobs AS job SET status = 'completed', payload = NULL, error = NULL, leased_until = NULL,
                sequence = sequence + 1, updated_at = now()
            WHERE ctid = ANY (ARRAY(
                SELECT place FROM unnest((SELECT \(jobs.map(\.account))::uuid[]),
                    (SELECT \(jobs.map(\.snapshot.id))::uuid[]), (SELECT \(jobs.map(\.sequence))::bigint[]))
                    AS wanted (account_id, id, sequence)
                CROSS JOIN LATERAL (
                    SELECT mine.ctid AS place FROM retail_jobs AS mine
                    WHERE mine.account_id = wanted.account_id AND mine.id = wanted.id
                        AND mine.sequence = wanted.sequence
                    LIMIT 1 FOR UPDATE
                ) AS found))
            RETURNING \(constant: Self.columns)
            """
        ).map { try RetailJob($0) }
        guard done.count == jobs.count else { throw RetailJobLost() }
        try tell(done, in: transaction)
    }

    /// Writes that a job came to nothing: it is tried again soon, or has failed.
    func fail(_ job: RetailJob, because error: String, isFinal: Bool, in transaction: Transaction) async throws {
        let changed = try await transaction.query(
            """
            UPDATE retail_jobs AS job SET status = \(isFinal ? RetailJobStatus.failed : .queued), error = \(error),
                payload = CASE WHEN \(isFinal)::boolean THEN NULL ELSE payload END,
                leased_until = CASE WHEN \(isFinal)::boolean THEN NULL ELSE now() + interval '1 second' END,
                sequence = sequence + 1, updated_at = now()
            WHERE account_id = \(job.account) AND id = \(job.snapshot.id) AND sequence = \(job.sequence)
            RETURNING \(constant: Self.columns)
            """
        ).map { try RetailJob($0) }
        try tell(changed, in: transaction)
    }

    /// Gives a job back that has not been begun.
    func release(_ job: RetailJob, in transaction: Transaction) async throws {
        let changed = try await transaction.query(
            """
            UPDATE retail_jobs AS job SET status = 'queued', attempts = attempts - 1, leased_until = NULL,
                sequence = sequence + 1, updated_at = now()
            WHERE account_id = \(job.account) AND id = \(job.snapshot.id) AND sequence = \(job.sequence)
            RETURNING \(constant: Self.columns)
            """
        ).map { try RetailJob($0) }
        try tell(changed, in: transaction)
    }

    private func tell(_ jobs: [RetailJob], in transaction: Transaction) throws {
        guard let outbox else { return }
        let events = try jobs.map { job in
            try EventEnvelope(
                RetailJobReported(job: job.snapshot), from: outbox.service, subject: job.snapshot.id.description,
                sequence: job.sequence, account: job.account)
        }
        try outbox.append(events, in: transaction)
    }

    // MARK: Listing

    /// Lists a job that another service does, as that tells of it.
    public func list(_ job: RetailJob, in transaction: Transaction) {
        let known = job.snapshot
        transaction.send(
            """
            INSERT INTO retail_jobs (account_id, id, queue_name, subject, status, error, attempts, sequence,
                created_at, updated_at)
            VALUES (\(job.account), \(known.id), \(known.queueName), \(known.subject), \(known.status),
                \(known.error), \(known.attempts), \(job.sequence), \(known.createdAt), \(known.updatedAt))
            ON CONFLICT (account_id, id) DO UPDATE SET status = excluded.status, error = excluded.error,
                attempts = excluded.attempts, sequence = excluded.sequence, updated_at = excluded.updated_at
            """)
    }

    /// Some jobs of any accounts.
    public func jobs(_ keys: [RetailJobKey]) async throws -> [RetailJobKey: RetailJob] {
        let jobs = try await database.query(
            """
            SELECT job.* FROM unnest((SELECT \(keys.map(\.account))::uuid[]), (SELECT \(keys.map(\.id))::uuid[]))
                AS wanted (account_id, id)
            CROSS JOIN LATERAL (
                SELECT \(constant: Self.columns) FROM retail_jobs AS job
                WHERE job.account_id = wanted.account_id AND job.id = wanted.id LIMIT 1
            ) AS job
            """
        ).map { try RetailJob($0) }
        return Dictionary(jobs.map { (RetailJobKey(account: $0.account, id: $0.snapshot.id), $0) }) { first, _ in first
        }
    }

    /// A page of jobs by their creation, and how many there are.
    public func page(
        limit: Int, offset: Int, isDescending: Bool, of account: AccountID
    ) async throws -> (jobs: [RetailJob], count: Int) {
        let counted = try await database.query(
            "SELECT count(*) AS count FROM retail_jobs WHERE account_id = \(account)")
        let order: StaticString = isDescending ? "DESC" : "ASC"
        let rows = try await database.query(
            """
            SELECT \(constant: Self.columns) FROM retail_jobs AS job WHERE account_id = \(account)
            ORDER BY id \(constant: order) LIMIT \(limit) OFFSET \(offset)
            """)
        return (try rows.map { try RetailJob($0) }, try counted.first?["count"] ?? 0)
    }

    /// Deletes jobs that were over before a time; answers how many. It may read the whole table.
    func deleteDone(before time: Timestamp, limit: Int) async throws -> Int {
        try await database.execute(
            """
            DELETE FROM retail_jobs WHERE (account_id, id) IN (
                SELECT account_id, id FROM retail_jobs
                WHERE status IN ('completed', 'failed') AND updated_at < \(time)::timestamptz LIMIT \(limit))
            """)
    }

    // MARK: Rows

    private static let columns: StaticString = """
        job.account_id, job.id, job.queue_name, job.subject, job.status, job.error, job.attempts, job.sequence, \
        job.created_at, job.updated_at
        """
}

/// Which job of which account.
public struct RetailJobKey: Hashable, Sendable {
    let account: AccountID
    let id: RetailJobID

    public init(account: AccountID, id: RetailJobID) {
        self.account = account
        self.id = id
    }
}

extension RetailJobStatus: PostgresCodable {}

extension RetailJob {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            RetailJobSnapshot(
                id: try row["id"], queueName: try row["queue_name"], subject: try row["subject"],
                status: try row["status"], error: try row["error"], attempts: try row["attempts"],
                createdAt: try row["created_at"], updatedAt: try row["updated_at"]),
            account: try row["account_id"], sequence: try row["sequence"])
    }
}
