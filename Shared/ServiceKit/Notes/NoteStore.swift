import Edge
import Messaging
import Postgres
import Schema

extension HealthSuite {
    /// The SQL of a service's notes. Its migrations make the table that ``NoteSubject`` describes.
    struct NoteStore: Sendable {
        let database: PostgresDatabase
        let subject: NoteSubject

        /// Whose notes: an account's, on the one of this number.
        struct Owner: Sendable {
            let account: AccountID
            let number: String
        }

        func insert(
            _ draft: NoteDraft, on owner: Owner, at time: Timestamp, in transaction: PostgresTransaction
        ) async throws -> Note {
            let rows = try await transaction.query(
                """
                INSERT INTO \(constant: subject.table)
                    (account_id, owner, title, content, type, created_by, created_at, updated_at)
                VALUES (\(owner.account), \(owner.number), \(draft.title), \(draft.content), \(draft.type),
                    \(subject.author), \(time), \(time))
                RETURNING \(constant: Self.columns)
                """)
            guard let row = rows.first else { throw RequestError.internalError }
            return try Note(row)
        }

        /// A page of the notes, newest first, and how many there are in all.
        func notes(
            on owner: Owner, _ filter: NoteFilter, _ page: PageRequest
        ) async throws -> (notes: [Note], total: Int) {
            let counted = try await database.query(
                "SELECT count(*) AS total FROM \(constant: subject.table) WHERE \(matching: filter, owner)")
            let rows = try await database.query(
                """
                SELECT \(constant: Self.columns) FROM \(constant: subject.table) WHERE \(matching: filter, owner)
                ORDER BY id DESC LIMIT \(page.perPage) OFFSET \(page.offset)
                """)
            return (try rows.map { try Note($0) }, try counted.first?["total"] ?? 0)
        }

        func note(_ id: Int64, on owner: Owner) async throws -> Note? {
            try await database.query(
                """
                SELECT \(constant: Self.columns) FROM \(constant: subject.table)
                WHERE account_id = \(owner.account) AND owner = \(owner.number) AND id = \(id)
                """
            ).first.map { try Note($0) }
        }

        /// Changes a note; nil if there is none.
        func update(
            _ id: Int64, on owner: Owner, _ change: NoteChange, at time: Timestamp, in transaction: PostgresTransaction
        ) async throws -> Note? {
            try await transaction.query(
                """
                UPDATE \(constant: subject.table)
                SET title = coalesce(\(change.title), title), content = coalesce(\(change.content), content),
                    type = CASE WHEN \(change.type != nil)::boolean THEN \(change.type ?? nil) ELSE type END,
                    updated_at = greatest(\(time), updated_at)
                WHERE account_id = \(owner.account) AND owner = \(owner.number) AND id = \(id)
                RETURNING \(constant: Self.columns)
                """
            ).first.map { try Note($0) }
        }

        /// Answers whether there was such a note.
        func delete(_ id: Int64, on owner: Owner, in transaction: PostgresTransaction) async throws -> Bool {
            try await transaction.execute(
                """
                DELETE FROM \(constant: subject.table)
                WHERE account_id = \(owner.account) AND owner = \(owner.number) AND id = \(id)
                """) == 1
        }

        private static let columns: StaticString = "id, title, content, type, created_by, created_at, updated_at"
    }
}

extension PostgresQuery.StringInterpolation {
    /// The condition for the notes that are looked for.
    fileprivate mutating func appendInterpolation(
        matching filter: HealthSuite.NoteFilter, _ owner: HealthSuite.NoteStore.Owner
    ) {
        appendLiteral("account_id = ")
        appendInterpolation(owner.account)
        appendLiteral(" AND owner = ")
        appendInterpolation(owner.number)
        if let type = filter.type {
            appendLiteral(" AND type = ")
            appendInterpolation(type)
        }
        if let search = filter.search {
            // Not LIKE, where a client's % and _ would mean something.
            appendLiteral(" AND strpos(lower(title || E'\\n' || content), lower(")
            appendInterpolation(search)
            appendLiteral(")) > 0")
        }
    }
}

extension HealthSuite.Note {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row["id"], title: try row["title"], content: try row["content"], type: try row["type"],
            createdBy: try row["created_by"], createdAt: try row["created_at"], updatedAt: try row["updated_at"])
    }
}
