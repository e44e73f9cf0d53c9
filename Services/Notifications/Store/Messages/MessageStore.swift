import Messaging
import Postgres
import Schema

/// Messages to people: from the insert in the transaction of what they tell of to the last attempt.
struct MessageStore: Sendable {
    let database: PostgresDatabase
    let keyring: DataKeyring
    /// Woken when there is something to send.
    let signal: DispatchSignal

    /// Queues a message, and has it sent once the transaction is committed. One that tells of what there is a message of
    /// already changes nothing.
    func add(_ message: NewMessage, in transaction: PostgresTransaction) throws {
        transaction.send(
            """
            INSERT INTO messages (id, account_id, channel, purpose, template, source, person_id, content,
                address_digest, due_at, created_at, updated_at)
            SELECT \(message.id)::uuid, \(message.account)::uuid, \(message.channel)::text, \(message.purpose)::text,
                \(message.template)::text, \(message.source)::text, \(message.person)::uuid,
                \(try keyring.seal(message.content))::text, \(digest(of: message))::text,
                \(message.createdAt)::timestamptz, \(message.createdAt)::timestamptz, \(message.createdAt)::timestamptz
            -- Mails to buyers that are sent by themselves, unless the account wants none.
            WHERE NOT \(message.isOrderMail) OR coalesce(
                (SELECT sends_order_mail FROM message_settings WHERE account_id = \(message.account)), true)
            ON CONFLICT ON CONSTRAINT messages_source_key DO NOTHING
            """)
        transaction.afterCommit { [signal] in signal.wake() }
    }

    private func digest(of message: NewMessage) -> String? {
        message.content.address.flatMap { digest(of: $0, message.channel) }
    }

    /// What an address is recognised by.
    func digest(of address: String, _ channel: MessageChannel) -> String? {
        BlacklistDigest(keyring: keyring).entry(channel.digestKind, address)?.digest
    }

    /// Takes messages that are due, and leaves them to nobody else until `lease` has passed.
    func claim(_ limit: Int, lease: Duration) async throws -> [ClaimedMessage] {
        try await database.query(
            """
            UPDATE messages SET leased_until = clock_timestamp() + make_interval(secs => \(lease.wholeSeconds))
            WHERE id = ANY (ARRAY(
                SELECT id FROM messages
                WHERE status = 'queued' AND due_at <= clock_timestamp()
                    AND (leased_until IS NULL OR leased_until <= clock_timestamp())
                ORDER BY due_at LIMIT \(limit) FOR UPDATE SKIP LOCKED))
            RETURNING id, account_id, channel, purpose, template, person_id, content, attempts, created_at
            """
        ).compactMap { try ClaimedMessage($0) }
    }

    /// Writes down what came of an attempt. A message that was settled by somebody else meanwhile stays as it is.
    func settle(
        _ message: ClaimedMessage, _ settlement: MessageOutcome.Settlement, at now: Timestamp,
        in transaction: PostgresTransaction
    ) {
        let isSent = settlement.status == .sent
        transaction.send(
            """
            UPDATE messages SET status = \(settlement.status), reason = \(settlement.reason),
                provider_id = coalesce(\(settlement.providerID), provider_id), attempts = attempts + 1,
                due_at = \(settlement.dueAt), leased_until = NULL, updated_at = \(now),
                sent_at = \(isSent ? now : nil)
            WHERE id = \(message.id) AND status = 'queued' AND attempts = \(message.attempts)
            """)
    }

    /// Gives messages back that were claimed and not tried.
    func release(_ messages: [MessageID]) async throws {
        try await database.execute(
            """
            UPDATE messages SET leased_until = NULL
            WHERE id = ANY (\(messages)::uuid[]) AND status = 'queued'
            """)
    }

    /// Notes what the provider says became of a text message. What has arrived stays so: reports come in any order.
    func report(
        _ providerID: String, of account: AccountID, arrived: Bool, reason: String?
    ) async throws {
        let status: MessageStatus = arrived ? .delivered : .failed
        try await database.execute(
            """
            UPDATE messages SET status = \(status), reason = \(reason), updated_at = now()
            WHERE account_id = \(account) AND provider_id = \(providerID) AND channel = 'sms' AND status = 'sent'
            """)
    }

    /// Removes what was sent or given up so long ago, a batch a statement. Answers whether there may be more.
    func remove(olderThan age: Duration) async throws -> Bool {
        let batchSize = 2000
        return try await database.execute(
            """
            DELETE FROM messages WHERE id = ANY (ARRAY(
                SELECT id FROM messages
                WHERE id < \(UUIDv7.first(at: Timestamp.now() - age)) AND status <> 'queued'
                ORDER BY id LIMIT \(batchSize)))
            """) >= batchSize
    }
}

extension ClaimedMessage {
    /// nil for a row whose content is gone.
    fileprivate init?(_ row: PostgresRow) throws {
        guard let content = try row["content", as: Sealed<MessageContent>?.self] else { return nil }
        self.init(
            id: try row["id"], account: try row["account_id"], channel: try row["channel"],
            purpose: try row["purpose"], template: try row["template"], person: try row["person_id"],
            content: content, attempts: try row["attempts"], createdAt: try row["created_at"])
    }
}

extension MessageChannel: PostgresCodable {}
extension MessagePurpose: PostgresCodable {}
extension MessageStatus: PostgresCodable {}

extension Duration {
    fileprivate var wholeSeconds: Double { Double(components.seconds) }
}
