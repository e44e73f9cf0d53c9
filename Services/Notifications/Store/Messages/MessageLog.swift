import Messaging
import Postgres
import Schema

/// What became of messages, for the management API.
struct MessageLog: Sendable {
    let database: PostgresDatabase

    /// What a reader wants to see. `nil` means any.
    struct Filter: Sendable {
        var channel: MessageChannel?
        var purpose: MessagePurpose?
        var status: MessageStatus?
        var person: CustomerID?
    }

    /// Messages, newest first, those with ids below `before`.
    func messages(
        of account: AccountID, _ filter: Filter, before: MessageID?, limit: Int
    ) async throws -> [Message] {
        // Only the conditions that were asked for: a plan for all of them would suit none.
        var sql = PostgresQuery.StringInterpolation(literalCapacity: 500, interpolationCount: 8)
        sql.appendLiteral("SELECT ")
        sql.appendInterpolation(constant: Self.columns)
        sql.appendLiteral(" FROM messages WHERE account_id = ")
        sql.appendInterpolation(account)
        sql.append(" AND channel = ", filter.channel)
        sql.append(" AND purpose = ", filter.purpose)
        sql.append(" AND status = ", filter.status)
        sql.append(" AND person_id = ", filter.person)
        sql.append(" AND id < ", before)
        sql.appendLiteral(" ORDER BY id DESC LIMIT ")
        sql.appendInterpolation(limit)
        return try await database.query(PostgresQuery(stringInterpolation: sql)).map(Message.init)
    }

    func message(_ id: MessageID, of account: AccountID) async throws -> Message? {
        try await database.query(
            "SELECT \(constant: Self.columns) FROM messages WHERE id = \(id) AND account_id = \(account)"
        ).first.map(Message.init)
    }

    private static let columns: StaticString = """
        id, channel, purpose, template, person_id, content, status, reason, consent_entry_id, consent_event_id, attempts,
        due_at, provider_id, created_at, updated_at, sent_at
        """
}

extension Message {
    fileprivate init(_ row: PostgresRow) throws {
        let entry: ConsentEntryID? = try row["consent_entry_id"]
        let event: ID<EventID>? = try row["consent_event_id"]
        self.init(
            id: try row["id"], channel: try row["channel"], purpose: try row["purpose"],
            template: try row["template"], person: try row["person_id"], content: try row["content"],
            status: try row["status"], reason: try row["reason"],
            consent: entry.map { .entry($0) } ?? event.map { .event($0) }, attempts: try row["attempts"],
            dueAt: try row["due_at"], providerID: try row["provider_id"], createdAt: try row["created_at"],
            updatedAt: try row["updated_at"], sentAt: try row["sent_at"])
    }
}
