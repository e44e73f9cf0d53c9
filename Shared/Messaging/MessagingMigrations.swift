public import Postgres

/// The tables that every service's schema holds beside its own: outbox, relay state, inbox, parked events, idempotency
/// keys and revoked keys.
public enum MessagingMigrations {
    /// In the order in which they are applied, before the service's own. Their names start with `messaging/`, so that
    /// both can stand in one ledger.
    ///
    /// SwiftPM replaces the leading digit of an embedded file's name with an underscore.
    public static var all: [PostgresMigration] {
        [
            PostgresMigration(
                name: "messaging/0001_create_outbox.sql", sql: PackageResources._001_create_outbox_sql),
            PostgresMigration(
                name: "messaging/0002_create_inbox.sql", sql: PackageResources._002_create_inbox_sql),
            PostgresMigration(
                name: "messaging/0003_create_edge_records.sql", sql: PackageResources._003_create_edge_records_sql),
        ]
    }
}
