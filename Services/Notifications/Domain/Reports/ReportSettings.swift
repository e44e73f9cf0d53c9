import Schema

/// Whom to tell of deliveries that were given up, of which endpoints, and when.
struct ReportSettings: Sendable, Equatable {
    /// Plain mail addresses.
    var recipients: [String]
    /// Names of endpoints; nil for all that the account has, also those to come.
    var endpoints: [String]?
    var schedule: ReportSchedule
}

/// A report that an account has asked for.
struct ConfiguredReport: Sendable {
    let name: String
    let settings: ReportSettings
    /// When the next one is due; it tells of what was given up before.
    let nextAt: Timestamp
    /// Where the next one begins.
    let coveredUntil: Timestamp
    /// When there was last something to tell.
    let lastSentAt: Timestamp?
    let createdAt: Timestamp
    let configuredAt: Timestamp
}
