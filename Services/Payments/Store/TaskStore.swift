import Messaging
import Postgres
import Schema

/// The SQL of the tasks: what is to be done with a gateway, and by whom.
struct TaskStore: Sendable {
    let database: PostgresDatabase

    /// Adds a task, leased to this process. One that is under way for the transaction stays as it is.
    ///
    /// - Parameter command: The command's payload as it came.
    func insert(_ task: PaymentTask, command: String, lease: Duration, in transaction: PostgresTransaction) {
        transaction.send(
            """
            INSERT INTO payment_tasks (transaction_id, account_id, kind, command, traceparent, due_at, leased_until)
            VALUES (\(task.transaction), \(task.account), \(task.command.kind), \(command), \(task.trace?.traceparent), now(),
                now() + make_interval(secs => \(lease.seconds)))
            ON CONFLICT (transaction_id) DO NOTHING
            """)
    }

    /// Takes tasks that are due and nobody's: those whose outcome is still to be asked for, and those whose owner died.
    func claim(_ limit: Int, lease: Duration) async throws -> [PaymentTask] {
        let rows = try await database.query(
            """
            UPDATE payment_tasks SET attempts = attempts + 1,
                leased_until = clock_timestamp() + make_interval(secs => \(lease.seconds))
            WHERE transaction_id = ANY (ARRAY(
                SELECT transaction_id FROM payment_tasks
                WHERE due_at <= clock_timestamp() AND leased_until < clock_timestamp()
                ORDER BY due_at LIMIT \(limit) FOR UPDATE SKIP LOCKED))
            RETURNING transaction_id, account_id, kind, command, traceparent
            """)
        // One that this version cannot read must not hold up the others; another one may find it when its lease is over.
        return rows.compactMap { try? PaymentTask($0) }
    }

    /// Keeps the leases of tasks that are still under way.
    func renew(_ ids: [TransactionID], lease: Duration) async throws {
        try await database.execute(
            """
            UPDATE payment_tasks SET leased_until = clock_timestamp() + make_interval(secs => \(lease.seconds))
            WHERE transaction_id = ANY (\(ids)::uuid[])
            """)
    }

    /// Gives tasks back, so that others need not wait for the leases to run out.
    func release(_ ids: [TransactionID]) async throws {
        try await database.execute(
            "UPDATE payment_tasks SET leased_until = now() WHERE transaction_id = ANY (\(ids)::uuid[])")
    }

    /// Removes tasks that are done.
    func finish(_ ids: [TransactionID], in transaction: PostgresTransaction) {
        guard !ids.isEmpty else { return }
        transaction.send("DELETE FROM payment_tasks WHERE transaction_id = ANY (\(ids)::uuid[])")
    }

    /// Has the gateway asked again after a while, by whoever finds the task first.
    func postpone(_ ids: [TransactionID], by interval: Duration, in transaction: PostgresTransaction) {
        guard !ids.isEmpty else { return }
        transaction.send(
            """
            UPDATE payment_tasks SET due_at = now() + make_interval(secs => \(interval.seconds)), leased_until = now()
            WHERE transaction_id = ANY (\(ids)::uuid[])
            """)
    }
}

extension PaymentTask {
    /// A task that somebody else began.
    fileprivate init(_ row: PostgresRow) throws {
        let text: String = try row["command"]
        let command: Command =
            switch try row["kind", as: String.self] {
            case "capture": .capture(try JSON.decode(from: text))
            case "void": .void(try JSON.decode(from: text))
            case "refund": .refund(try JSON.decode(from: text))
            default: .charge(try JSON.decode(from: text))
            }
        self.init(
            transaction: try row["transaction_id"], account: try row["account_id"], command: command,
            trace: try row["traceparent", as: TraceContext?.self]?.child(), isRetry: true)
    }
}
