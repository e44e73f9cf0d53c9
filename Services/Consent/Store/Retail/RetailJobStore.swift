import Messaging
import Postgres
import Schema

/// The SQL of the clienteling API's jobs.
struct RetailJobStore: Sendable {
    let database: PostgresDatabase

    /// Adds a job that is to be done.
    func insert(_ job: RetailJob, in transaction: PostgresTransaction) throws {
        transaction.send(
            """
            INSERT INTO retail_jobs (account_id, id, queue_name, subject, status, payload, created_at, updated_at)
            VALUES (\(job.account), \(job.id), \(RetailJob.queueName), \(job.subject), \(job.status),
                \(try job.customer.map(JSON.text)), \(job.createdAt), \(job.updatedAt))
            """)
    }

    /// Takes the oldest jobs that nobody is at. One of a subject that somebody is at waits, so that each subject's jobs are
    /// done in their order; one at a time takes jobs, so that nobody takes a later one first.
    func take(limit: Int, in transaction: PostgresTransaction) async throws -> [RetailJob] {
        transaction.send("SELECT pg_advisory_xact_lock(hashtextextended('retail jobs of ' || current_schema(), 0))")
        return try await transaction.query(
            """
            UPDATE retail_jobs AS job SET status = 'running', attempts = attempts + 1,
                leased_until = now() + interval '30 seconds', updated_at = now()
            WHERE (account_id, id) IN (
                SELECT account_id, id FROM retail_jobs AS open
                WHERE status IN ('queued', 'running') AND coalesce(leased_until < now(), true) AND NOT EXISTS (
                    SELECT FROM retail_jobs AS running
                    WHERE running.account_id = open.account_id AND running.subject = open.subject
                        AND running.status = 'running' AND running.leased_until >= now())
                ORDER BY id LIMIT \(limit))
            RETURNING \(constant: Self.columns)
            """
        ).map { try RetailJob($0) }.sorted { $0.id < $1.id }
    }

    /// Writes that jobs are done: what was known of people for them is gone from here.
    func complete(_ jobs: [RetailJob], in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE retail_jobs SET status = 'completed', payload = NULL, leased_until = NULL, updated_at = now()
            FROM unnest(\(jobs.map(\.account))::uuid[], \(jobs.map(\.id))::uuid[]) AS done (account, job)
            WHERE account_id = done.account AND id = done.job
            """)
    }

    /// Writes that a job came to nothing: it is tried again, or has failed.
    func fail(_ job: RetailJob, because error: String, in transaction: PostgresTransaction) {
        let isOver = job.attempts >= RetailJob.maximumAttempts
        transaction.send(
            """
            UPDATE retail_jobs SET status = \(isOver ? RetailJob.Status.failed : .queued), error = \(error),
                payload = CASE WHEN \(isOver)::boolean THEN NULL ELSE payload END,
                leased_until = CASE WHEN \(isOver)::boolean THEN NULL ELSE now() + interval '1 second' END,
                updated_at = now()
            WHERE account_id = \(job.account) AND id = \(job.id)
            """)
    }

    /// A job.
    func job(_ id: RetailJobID, of account: AccountID) async throws -> RetailJob? {
        try await database.query(
            "SELECT \(constant: Self.columns) FROM retail_jobs AS job WHERE account_id = \(account) AND id = \(id)"
        ).first.map { try RetailJob($0) }
    }

    /// A page of jobs, the newest first unless asked otherwise, and how many there are.
    func page(
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

    /// Deletes jobs that were over before a time.
    func deleteDone(before time: Timestamp, limit: Int) async throws {
        _ = try await database.query(
            """
            DELETE FROM retail_jobs WHERE (account_id, id) IN (
                SELECT account_id, id FROM retail_jobs
                WHERE status IN ('completed', 'failed') AND updated_at < \(time)::timestamptz LIMIT \(limit))
            """)
    }

    private static let columns: StaticString = """
        job.account_id, job.id, job.subject, job.status, job.payload, job.error, job.attempts, job.created_at,
        job.updated_at
        """
}

extension RetailJob.Status: PostgresCodable {}

extension RetailJob {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row["id"], account: try row["account_id"], subject: try row["subject"],
            status: try row["status"],
            customer: try row["payload", as: String?.self].map { try JSON.decode(RetailCustomer.self, from: $0) },
            error: try row["error"], attempts: try row["attempts"], createdAt: try row["created_at"],
            updatedAt: try row["updated_at"])
    }
}
