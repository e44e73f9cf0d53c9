public import Postgres

/// The table of the clienteling API's jobs, for services that run some. Consent, which lists those of all, has made its own
/// since before the others had any.
public enum RetailJobMigrations {
    /// Their names start with `retail/`, so that they stand beside the service's own in one ledger.
    public static var all: [PostgresMigration] {
        [
            PostgresMigration(
                name: "retail/0001_create_retail_jobs.sql", sql: PackageResources._001_create_retail_jobs_sql)
        ]
    }
}
