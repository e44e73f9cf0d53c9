import Messaging
import Postgres
import Schema
import ServiceKit

/// What an account has chosen for itself.
struct AccountSettings: Sendable, Equatable {
    /// In which time zone its days begin, as an IANA name.
    var timeZone = "UTC"
    /// Which of the buyer's details are checked beside the checkout.
    var enrichEmail = true
    var enrichPhone = true
    var enrichAddress = true
}

/// The SQL of accounts' settings, and the event that tells of a change.
struct AccountSettingsStore: Sendable {
    let database: PostgresDatabase
    let outbox: Outbox
    private let recent = RecentValues<AccountID, AccountSettings>()

    init(database: PostgresDatabase, outbox: Outbox) {
        self.database = database
        self.outbox = outbox
    }

    /// The account's settings as they were a moment ago: they are asked for with every order.
    func recentSettings(of account: AccountID) async throws -> AccountSettings {
        try await recent.value(for: account) { try await settings(of: account) } ?? AccountSettings()
    }

    /// The account's settings; what holds for everyone where it has chosen nothing.
    func settings(of account: AccountID) async throws -> AccountSettings {
        try await database.query(
            """
            SELECT time_zone, enrich_email, enrich_phone, enrich_address FROM account_settings
            WHERE account_id = \(account)
            """
        ).first.map { row in
            AccountSettings(
                timeZone: try row["time_zone"], enrichEmail: try row["enrich_email"],
                enrichPhone: try row["enrich_phone"], enrichAddress: try row["enrich_address"])
        } ?? AccountSettings()
    }

    /// Whether the database knows a time zone of this name, as the searches ask it to convert.
    func isKnown(timeZone: String) async throws -> Bool {
        try await !database.query("SELECT 1 FROM pg_timezone_names WHERE name = \(timeZone)").isEmpty
    }

    func save(_ settings: AccountSettings, of account: AccountID, in transaction: PostgresTransaction) async throws {
        let rows = try await transaction.query(
            """
            INSERT INTO account_settings AS s (account_id, time_zone, enrich_email, enrich_phone, enrich_address, sequence,
                updated_at)
            VALUES (\(account), \(settings.timeZone), \(settings.enrichEmail), \(settings.enrichPhone),
                \(settings.enrichAddress), 1, \(Timestamp.now()))
            ON CONFLICT (account_id) DO UPDATE SET time_zone = excluded.time_zone,
                enrich_email = excluded.enrich_email, enrich_phone = excluded.enrich_phone,
                enrich_address = excluded.enrich_address, sequence = s.sequence + 1, updated_at = excluded.updated_at
            RETURNING sequence
            """)
        transaction.afterCommit { [recent] in recent.forget(account) }
        guard let sequence: Int64 = try rows.first?["sequence"] else { return }
        try outbox.append(
            AccountSettingsChanged(
                timeZone: settings.timeZone, enrichEmail: settings.enrichEmail, enrichPhone: settings.enrichPhone,
                enrichAddress: settings.enrichAddress),
            subject: account.description, sequence: sequence, account: account, in: transaction)
    }
}
