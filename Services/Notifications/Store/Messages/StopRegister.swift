import Messaging
import Postgres
import Schema

/// Numbers that want no more marketing: noted here at once, and told to the consent service.
struct StopRegister: Sendable {
    let database: PostgresDatabase
    let keyring: DataKeyring
    let outbox: Outbox

    /// Notes what a number has just said.
    func record(_ number: String, keyword: String, of account: AccountID) async throws {
        try await database.withTransaction { transaction in
            try add(number, keyword: keyword, message: MessageID(), of: account, at: .now(), in: transaction)
        }
    }

    /// Notes that a number wants no more, and publishes ``SMSStopReceived``.
    ///
    /// - Parameter id: The message by which it said so, or which was refused for it.
    func add(
        _ number: String, keyword: String, message id: MessageID, of account: AccountID, at now: Timestamp,
        in transaction: PostgresTransaction
    ) throws {
        guard let digest = BlacklistDigest(keyring: keyring).entry(.phone, number)?.digest else { return }
        transaction.send(
            """
            INSERT INTO message_stops (account_id, address_digest, stopped_at)
            VALUES (\(account), \(digest), \(now))
            ON CONFLICT (account_id, address_digest) DO UPDATE
            SET stopped_at = greatest(excluded.stopped_at, message_stops.stopped_at)
            """)
        // Whoever decides on a message to the number at this moment is either done or waits.
        transaction.send(
            """
            SELECT FROM message_consents
            WHERE account_id = \(account) AND channel = 'sms' AND address_digest = \(digest) FOR UPDATE
            """)
        let event = SMSStopReceived(
            phone: try keyring.seal(number), phoneDigest: digest, keyword: keyword, receivedAt: now)
        try outbox.append(event, subject: id.description, sequence: 1, account: account, in: transaction)
    }
}
