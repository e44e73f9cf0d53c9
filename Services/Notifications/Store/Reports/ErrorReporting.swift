import Messaging
import Postgres
import Schema

/// Makes the reports that are due. Any number of replicas may do so: a report, its mails and its file are one transaction
/// under the report's row lock.
struct ErrorReporting: Sendable {
    let database: PostgresDatabase
    let keyring: DataKeyring
    let messages: MessageStore
    let link: ReportLink

    /// How long after its end a report is made: outcomes of before have been written down by then.
    static let grace = Duration.seconds(60)
    /// How long a link leads somewhere.
    static let linkLife = Duration.seconds(7 * 86_400)

    /// A report that is due.
    fileprivate struct Due {
        let account: AccountID
        let name: String
        let settings: ReportSettings
        let from: Timestamp
        let until: Timestamp
    }

    /// Makes one report that is due. Answers whether there was one.
    func reportNext(at now: Timestamp = .now()) async throws -> Bool {
        try await database.withTransaction { transaction in
            guard let report = try await claim(at: now, in: transaction) else { return false }
            let isSent = try await send(report, at: now, in: transaction)
            transaction.send(
                """
                UPDATE error_reports SET covered_until = next_at,
                    next_at = next_report_time(next_at, frequency, hour, weekday, time_zone),
                    last_sent_at = CASE WHEN \(isSent) THEN \(now) ELSE last_sent_at END
                WHERE account_id = \(report.account) AND name = \(report.name)
                """)
            return true
        }
    }

    /// Removes the files whose links have expired.
    func removeExpired(at now: Timestamp = .now()) async throws {
        try await database.execute("DELETE FROM error_report_files WHERE expires_at < \(now)")
    }

    private func claim(at now: Timestamp, in transaction: PostgresTransaction) async throws -> Due? {
        try await transaction.query(
            """
            SELECT account_id, name, recipients, endpoints, frequency, hour, weekday, time_zone, covered_until, next_at
            FROM error_reports WHERE next_at <= \(now - Self.grace) ORDER BY next_at LIMIT 1
            FOR UPDATE SKIP LOCKED
            """
        ).first.map { row in
            Due(
                account: try row["account_id"], name: try row["name"],
                settings: try ReportSettings(row, keyring: keyring), from: try row["covered_until"],
                until: try row["next_at"])
        }
    }

    /// Queues a report's mails, if it has anything to tell. Answers whether it has.
    private func send(_ due: Due, at now: Timestamp, in transaction: PostgresTransaction) async throws -> Bool {
        let groups = try await groups(of: due, in: transaction)
        guard let first = groups.first else { return false }
        let (id, expiry) = (ErrorReportFileID(), now + Self.linkLife)
        try await write(id, due, until: expiry, at: now, in: transaction)
        let clock = try await clock(of: due, expiry, in: transaction)
        let report = ErrorReport(
            name: due.name, from: clock.from, until: clock.until, timeZone: due.settings.schedule.timeZone,
            count: first.total, groups: groups.map(\.group), link: link.url(of: id, until: expiry),
            linkExpires: clock.expiry)
        for (index, address) in due.settings.recipients.enumerated() {
            try messages.add(
                NewMessage(
                    account: due.account, channel: .email, template: MailTemplate.errorReport.rawValue,
                    source: "\(id) \(index)", content: MessageContent(address: address, report: report)),
                in: transaction)
        }
        return true
    }

    // MARK: What was given up

    /// The largest groups, and with each how many deliveries there are in all.
    private func groups(
        of due: Due, in transaction: PostgresTransaction
    ) async throws -> [(group: ErrorReport.Group, total: Int)] {
        // What has a status may say something in a receiver's words; all else is in ours.
        try await transaction.query(
            """
            SELECT endpoint.name, split_part(delivery.type, '.', 1) AS resource,
                CASE WHEN last_status BETWEEN 200 AND 299 THEN 'HTTP ' || last_status || ', record refused'
                    WHEN last_status IS NOT NULL THEN 'HTTP ' || last_status
                    ELSE coalesce(last_error, 'unknown') END AS error,
                count(*) AS count, (sum(count(*)) OVER ())::bigint AS total
            FROM \(given: due)
            GROUP BY 1, 2, 3 ORDER BY count DESC, 1, 2, 3 LIMIT \(ErrorReport.mostGroups)
            """
        ).map { row in
            let group = ErrorReport.Group(
                endpoint: try row["name"], resource: try row["resource"], error: try row["error"],
                count: try row["count"])
            return (group, try row["total"])
        }
    }

    /// Writes the file: what was given up last first.
    private func write(
        _ id: ErrorReportFileID, _ due: Due, until expiry: Timestamp, at now: Timestamp,
        in transaction: PostgresTransaction
    ) async throws {
        let rows = try await transaction.query(
            """
            SELECT delivery.id, endpoint.name, delivery.event_id, delivery.type, delivery.subject, delivery.sequence,
                delivery.attempts, delivery.created_at, delivery.last_attempt_at, delivery.last_status,
                delivery.last_error
            FROM \(given: due) ORDER BY last_attempt_at DESC, delivery.id LIMIT \(ErrorReport.mostRows)
            """)
        var file = CSVText()
        file.add([
            "delivery_id", "endpoint", "event_id", "type", "subject", "sequence", "attempts", "created_at",
            "last_attempt_at", "last_status", "last_error",
        ])
        for row in rows {
            let (delivery, event): (WebhookDeliveryID, WebhookEventID) = (try row["id"], try row["event_id"])
            let numbers: [Int64?] = [try row["sequence"], try row["attempts"]]
            let times: [Timestamp] = [try row["created_at"], try row["last_attempt_at"]]
            file.add(
                [delivery.description, try row["name"], event.description, try row["type"], try row["subject"]]
                    + numbers.map { $0.map { "\($0)" } } + times.map(\.rfc3339)
                    + [try row["last_status", as: Int?.self].map { "\($0)" }, try row["last_error"]])
        }
        transaction.send(
            """
            INSERT INTO error_report_files (id, account_id, name, content, created_at, expires_at)
            VALUES (\(id), \(due.account), \(due.name), \(file.text), \(now), \(expiry))
            """)
    }

    /// The times that a report names, as its readers' clocks show them.
    private func clock(
        of due: Due, _ expiry: Timestamp, in transaction: PostgresTransaction
    ) async throws -> (from: String, until: String, expiry: String) {
        let texts = try await transaction.query(
            """
            SELECT to_char(moment AT TIME ZONE \(due.settings.schedule.timeZone), 'YYYY-MM-DD HH24:MI') AS text
            FROM unnest(\([due.from, due.until, expiry])::timestamptz[]) WITH ORDINALITY AS moments (moment, place)
            ORDER BY place
            """
        ).map { try $0["text", as: String.self] }
        guard texts.count == 3 else { throw PostgresError(code: .decoding, message: "no times") }
        return (texts[0], texts[1], texts[2])
    }
}

extension PostgresQuery.StringInterpolation {
    /// What was given up of a report's endpoints in its time, and has not been queued again.
    fileprivate mutating func appendInterpolation(given due: ErrorReporting.Due) {
        appendLiteral(
            """
            webhook_delivery_log delivery JOIN webhook_endpoints endpoint ON endpoint.id = delivery.endpoint_id
            WHERE delivery.status = 'failed' AND endpoint.account_id = 
            """)
        appendInterpolation(due.account)
        if let endpoints = due.settings.endpoints {
            appendLiteral(" AND endpoint.name = ANY (")
            appendInterpolation(endpoints)
            appendLiteral("::text[])")
        }
        appendLiteral(" AND delivery.last_attempt_at >= ")
        appendInterpolation(due.from)
        appendLiteral(" AND delivery.last_attempt_at < ")
        appendInterpolation(due.until)
    }
}
