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
        try await database.query(
            """
            SELECT \(constant: Self.columns) FROM messages
            WHERE account_id = \(account) AND (\(before)::uuid IS NULL OR id < \(before))
                AND (\(filter.channel)::text IS NULL OR channel = \(filter.channel))
                AND (\(filter.purpose)::text IS NULL OR purpose = \(filter.purpose))
                AND (\(filter.status)::text IS NULL OR status = \(filter.status))
                AND (\(filter.person)::uuid IS NULL OR person_id = \(filter.person))
            ORDER BY id DESC LIMIT \(limit)
            """
        ).map(Message.init)
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
