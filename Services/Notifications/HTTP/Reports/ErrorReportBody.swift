import Edge
import Schema

/// A report as the management API shows it.
struct ErrorReportBody: Encodable, Sendable {
    struct Schedule: Encodable, Sendable {
        let every: String
        @Nullable var hour: Int?
        @Nullable var weekday: String?
        let timeZone: String

        enum CodingKeys: String, CodingKey {
            case every, hour, weekday
            case timeZone = "time_zone"
        }
    }

    let object = "error_report"
    let name: String
    let recipients: [String]
    /// `null` for all.
    @Nullable var endpoints: [String]?
    let schedule: Schedule
    let nextAt: Timestamp
    let coveredUntil: Timestamp
    @Nullable var lastSentAt: Timestamp?
    let createdAt: Timestamp
    let configuredAt: Timestamp

    init(_ report: ConfiguredReport) {
        name = report.name
        recipients = report.settings.recipients
        let schedule = report.settings.schedule
        self.schedule = Schedule(
            every: schedule.frequency.rawValue, hour: schedule.hour, weekday: schedule.weekday?.name,
            timeZone: schedule.timeZone)
        nextAt = report.nextAt
        coveredUntil = report.coveredUntil
        createdAt = report.createdAt
        configuredAt = report.configuredAt
        endpoints = report.settings.endpoints
        lastSentAt = report.lastSentAt
    }

    enum CodingKeys: String, CodingKey {
        case object, name, recipients, endpoints, schedule
        case nextAt = "next_at"
        case coveredUntil = "covered_until"
        case lastSentAt = "last_sent_at"
        case createdAt = "created_at"
        case configuredAt = "configured_at"
    }
}
