import Messaging
import Postgres
import Schema

/// The SQL of what is known of accounts' settings.
struct AccountSettingsStore: Sendable {
    /// Takes in how the settings are now. An event that comes late changes nothing; a time zone that the database does
    /// not know counts as UTC, so that no search ever fails on it.
    func save(
        _ settings: AccountSettingsChanged, sequence: Int64, of account: AccountID, in transaction: PostgresTransaction
    ) {
        transaction.send(
            """
            INSERT INTO account_settings (account_id, sequence, time_zone)
            VALUES (\(account), \(sequence),
                coalesce((SELECT name FROM pg_timezone_names WHERE name = \(settings.timeZone)), 'UTC'))
            ON CONFLICT (account_id) DO UPDATE SET sequence = excluded.sequence, time_zone = excluded.time_zone
            WHERE account_settings.sequence < excluded.sequence
            """)
    }
}
