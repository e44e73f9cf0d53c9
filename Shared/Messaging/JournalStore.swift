internal import Postgres
internal import Schema

/// The relay's SQL. All of it runs on the connection that holds the relay's lock: whoever loses that connection can
/// neither read on nor record anything, and the lock is free for another.
struct JournalStore {
    let connection: PostgresConnection
    /// `ce_source` of the events.
    let source: String

    // MARK: Election

    /// Whether this connection now holds the lock of its schema's relay.
    ///
    /// The relay's few statements all go by an index. The planner is told so and plans them once: left alone, it would
    /// weigh every single read anew, which costs more than most reads do. What costs nothing but its ban (the sequence has
    /// no index) must not look worth compiling.
    func tryLock() async throws -> Bool {
        let rows = try await connection.query(
            """
            SELECT CASE WHEN pg_try_advisory_lock(hashtextextended('relay of ' || current_schema(), 0)) THEN
                set_config('plan_cache_mode', 'force_generic_plan', false) || set_config('enable_seqscan', 'off', false)
                    || set_config('enable_sort', 'off', false) || set_config('jit', 'off', false) <> ''
                ELSE false END AS locked
            """)
        return try rows.first?["locked"] ?? false
    }

    /// Gives the lock back before the connection returns to its pool.
    func unlock() async throws {
        try await connection.execute(
            "SELECT pg_advisory_unlock(hashtextextended('relay of ' || current_schema(), 0))")
        try await connection.script("RESET plan_cache_mode; RESET enable_seqscan; RESET enable_sort; RESET jit")
    }

    // MARK: Cursor

    func loadCursor() async throws -> (cursor: JournalCursor, clusterID: String?) {
        let rows = try await connection.query(
            "SELECT published::text, reading::text, position, floor, cluster_id FROM relay_state")
        guard let row = rows.first, let published = TransactionSnapshot(try row["published"]) else {
            throw MalformedColumn()
        }
        let cursor = JournalCursor(
            published: published, reading: try row["reading", as: String?.self].flatMap(TransactionSnapshot.init),
            position: try row["position"], floor: try row["floor"])
        return (cursor, try row["cluster_id"])
    }

    /// Records the cursor and returns the id of the transaction that did.
    ///
    /// It does not wait for the disk: a crash that loses a cursor costs duplicates, which inboxes drop.
    func save(_ cursor: JournalCursor, clusterID: String) async throws -> UInt64 {
        let rows = try await connection.query(
            """
            UPDATE relay_state
            SET published = \(cursor.published.text)::pg_snapshot, reading = \(cursor.reading?.text)::pg_snapshot,
                position = \(cursor.position), floor = \(cursor.floor), cluster_id = \(clusterID)
            WHERE set_config('synchronous_commit', 'off', true) = 'off'
            RETURNING pg_current_xact_id()::text AS xid
            """)
        guard let row = rows.first, let xid = UInt64(try row["xid", as: String.self]) else { throw MalformedColumn() }
        return xid
    }

    // MARK: Reading

    /// What one read found.
    struct Batch {
        var events: [EventEnvelope] = []
        var lastPosition: Int64?
        /// Whether the window holds no more of them.
        var isComplete = true
        /// The snapshot of the read.
        var snapshot: TransactionSnapshot
        /// The highest position that had been handed out, to a row or to a transaction that still runs.
        var handedOut: Int64
    }

    /// The cursor's next events: up to `limit` of them, ending with the one whose payload reaches `bytes`. The row at position 0 is not one of them: it tells of the read itself, so that both
    /// come from one snapshot.
    func read(after cursor: JournalCursor, limit: Int, bytes: Int) async throws -> Batch {
        let rows = try await connection.query(
            """
            SELECT 0::bigint AS position, NULL::uuid AS id, NULL AS topic, NULL AS type,
                pg_current_snapshot()::text AS subject, CASE WHEN is_called THEN last_value ELSE 0 END AS sequence,
                NULL::uuid AS account, NULL::timestamptz AS time, NULL AS traceparent, NULL AS payload
            FROM outbox_position_seq
            UNION ALL (
                SELECT position, \(constant: EventEnvelope.columns)
                FROM (
                    SELECT *, sum(octet_length(payload)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING)
                        - octet_length(payload) AS bytes_before
                    FROM (
                        SELECT position, \(constant: EventEnvelope.columns)
                        FROM outbox
                        WHERE position > \(cursor.position)
                            AND NOT pg_visible_in_snapshot(transaction_id, \(cursor.published.text)::pg_snapshot)
                            AND pg_visible_in_snapshot(
                                transaction_id, coalesce(\(cursor.reading?.text)::pg_snapshot, pg_current_snapshot()))
                        ORDER BY position
                        LIMIT \(limit)
                    ) AS next
                ) AS measured
                WHERE bytes_before < \(bytes)
            )
            ORDER BY position
            """)
        guard let head = rows.first, let snapshot = TransactionSnapshot(try head["subject"]) else {
            throw MalformedColumn()
        }
        var batch = Batch(snapshot: snapshot, handedOut: try head["sequence"])
        batch.events = try rows.dropFirst().map { try EventEnvelope($0, source: source) }
        batch.lastPosition = batch.events.isEmpty ? nil : try rows.last?["position"]
        // Also false if just these events were left: then the next read finds none.
        let read = batch.events.reduce(0) { $0 + $1.payload.count }
        batch.isComplete = batch.events.count < limit && read < bytes
        return batch
    }

    // MARK: Housekeeping

    /// Transaction ids start anew when a dump is restored into another server; every id kept is then of the future and
    /// would hide new rows. Gives the journal's rows an id of here.
    /// - Returns: Whether that was so. The cursor must then start anew too.
    func adoptRestoredJournal(_ cursor: JournalCursor) async throws -> Bool {
        let rows = try await connection.query("SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS xmax")
        guard let row = rows.first, let xmax = UInt64(try row["xmax", as: String.self]), xmax < cursor.published.xmax
        else { return false }
        try await connection.withTransaction { transaction in
            // The whole journal at once takes as long as it takes.
            transaction.send("SET LOCAL statement_timeout = 0")
            try await transaction.execute("UPDATE outbox SET transaction_id = pg_current_xact_id()")
        }
        return true
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
