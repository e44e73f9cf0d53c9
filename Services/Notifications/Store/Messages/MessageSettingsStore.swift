import Messaging
import Postgres
import Schema

/// The SQL of accounts' message settings.
struct MessageSettingsStore: Sendable {
    let database: PostgresDatabase
    let keyring: DataKeyring

    /// The settings of an account; the defaults where it has none.
    func settings(of account: AccountID) async throws -> MessageSettings {
        try await database.query(
            """
            SELECT sender_name, sender_address, reply_to, sends_order_mail, sms_account_sid, sms_secret, sms_from,
                sms_service_sid
            FROM message_settings WHERE account_id = \(account)
            """
        ).first.map { try settings($0) } ?? MessageSettings()
    }

    func save(_ settings: MessageSettings, of account: AccountID, in transaction: PostgresTransaction) throws {
        let secret = try settings.sms.secret.map { try keyring.seal($0) }
        transaction.send(
            """
            INSERT INTO message_settings (account_id, sender_name, sender_address, reply_to, sends_order_mail,
                sms_account_sid, sms_secret, sms_from, sms_service_sid, updated_at)
            VALUES (\(account), \(settings.senderName), \(settings.senderAddress), \(settings.replyTo),
                \(settings.sendsOrderMail), \(settings.sms.sid), \(secret), \(settings.sms.from),
                \(settings.sms.serviceSID), now())
            ON CONFLICT (account_id) DO UPDATE
            SET sender_name = excluded.sender_name, sender_address = excluded.sender_address,
                reply_to = excluded.reply_to, sends_order_mail = excluded.sends_order_mail,
                sms_account_sid = excluded.sms_account_sid, sms_secret = excluded.sms_secret,
                sms_from = excluded.sms_from, sms_service_sid = excluded.sms_service_sid,
                updated_at = excluded.updated_at
            """)
    }

    private func settings(_ row: PostgresRow) throws -> MessageSettings {
        let secret: Sealed<SMSSecret>? = try row["sms_secret"]
        return MessageSettings(
            senderName: try row["sender_name"], senderAddress: try row["sender_address"],
            replyTo: try row["reply_to"], sendsOrderMail: try row["sends_order_mail"],
            sms: SMSAccount(
                sid: try row["sms_account_sid"], secret: try secret.map { try keyring.open($0) },
                from: try row["sms_from"], serviceSID: try row["sms_service_sid"]))
    }
}
