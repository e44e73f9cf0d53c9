import Messaging
import Postgres
import Schema

/// The reports that accounts have asked for.
struct ErrorReportStore: Sendable {
    let database: PostgresDatabase
    let keyring: DataKeyring

    /// Configures a report. One that is new begins now; another goes on where its last one ended.
    ///
    /// - Returns: What it is now, and whether it is new.
    func configure(
        _ name: String, of account: AccountID, _ settings: ReportSettings, in transaction: PostgresTransaction
    ) async throws -> (report: ConfiguredReport, isNew: Bool) {
        let schedule = settings.schedule
        let rows = try await transaction.query(
            """
            INSERT INTO error_reports AS report (account_id, name, recipients, endpoints, frequency, hour, weekday,
                time_zone, covered_until, next_at, created_at, configured_at)
            VALUES (\(account), \(name), \(try keyring.seal(settings.recipients)), \(settings.endpoints),
                \(schedule.frequency), \(schedule.hour), \(schedule.weekday?.rawValue), \(schedule.timeZone), now(),
                next_report_time(now(), \(schedule.frequency), \(schedule.hour), \(schedule.weekday?.rawValue),
                    \(schedule.timeZone)),
                now(), now())
            ON CONFLICT (account_id, name) DO UPDATE
            SET recipients = excluded.recipients, endpoints = excluded.endpoints, frequency = excluded.frequency,
                hour = excluded.hour, weekday = excluded.weekday, time_zone = excluded.time_zone,
                next_at = excluded.next_at, configured_at = excluded.configured_at
            RETURNING \(constant: Self.columns), xmax = 0 AS is_new
            """)
        guard let row = rows.first else { throw PostgresError(code: .decoding, message: "no report") }
        return (try report(row), try row["is_new"])
    }

    func report(_ name: String, of account: AccountID) async throws -> ConfiguredReport? {
        try await database.query(
            """
            SELECT \(constant: Self.columns) FROM error_reports report
            WHERE account_id = \(account) AND name = \(name)
            """
        ).first.map(report)
    }

    /// Reports by name, those after `name`.
    func reports(of account: AccountID, after name: String, limit: Int) async throws -> [ConfiguredReport] {
        try await database.query(
            """
            SELECT \(constant: Self.columns) FROM error_reports report
            WHERE account_id = \(account) AND name > \(name) ORDER BY name LIMIT \(limit)
            """
        ).map(report)
    }

    /// Answers whether there was one.
    func delete(_ name: String, of account: AccountID) async throws -> Bool {
        try await database.execute("DELETE FROM error_reports WHERE account_id = \(account) AND name = \(name)") == 1
    }

    /// Which of the names no endpoint of the account has.
    func unknown(_ endpoints: [String], of account: AccountID) async throws -> Set<String> {
        let rows = try await database.query(
            """
            SELECT wanted.name FROM unnest(\(endpoints)::text[]) AS wanted (name)
            WHERE NOT EXISTS (
                SELECT FROM webhook_endpoints endpoint
                WHERE endpoint.account_id = \(account) AND endpoint.name = wanted.name)
            """)
        return Set(try rows.map { try $0["name", as: String.self] })
    }

    func isKnown(timeZone: String) async throws -> Bool {
        try await !database.query("SELECT 1 FROM pg_timezone_names WHERE name = \(timeZone)").isEmpty
    }

    /// The file that a link leads to, until it is removed.
    func file(_ id: ErrorReportFileID) async throws -> String? {
        try await database.query("SELECT content FROM error_report_files WHERE id = \(id)").first
            .map { try $0["content"] }
    }

    private func report(_ row: PostgresRow) throws -> ConfiguredReport {
        ConfiguredReport(
            name: try row["name"], settings: try ReportSettings(row, keyring: keyring), nextAt: try row["next_at"],
            coveredUntil: try row["covered_until"], lastSentAt: try row["last_sent_at"],
            createdAt: try row["created_at"], configuredAt: try row["configured_at"])
    }

    private static let columns: StaticString = """
        report.name, report.recipients, report.endpoints, report.frequency, report.hour, report.weekday,
        report.time_zone, report.next_at, report.covered_until, report.last_sent_at, report.created_at,
        report.configured_at
        """
}

extension ReportSettings {
    init(_ row: PostgresRow, keyring: DataKeyring) throws {
        let recipients: Sealed<[String]> = try row["recipients"]
        self.init(
            recipients: try keyring.open(recipients), endpoints: try row["endpoints"],
            schedule: ReportSchedule(
                frequency: try row["frequency"], hour: try row["hour"],
                weekday: try row["weekday", as: Int?.self].flatMap(Weekday.init), timeZone: try row["time_zone"]))
    }
}

extension ReportSchedule.Frequency: PostgresCodable {}
