/// When a report is sent. Its clock is that of ``timeZone``.
struct ReportSchedule: Sendable, Equatable {
    enum Frequency: String, Sendable, CaseIterable {
        /// At the beginning of each hour.
        case hour
        case day, week
    }

    var frequency: Frequency
    /// 0 to 23; nil for a report that comes every hour.
    var hour: Int?
    /// nil for a report that comes more often than once a week.
    var weekday: Weekday?
    /// An IANA name.
    var timeZone: String
}

/// The days as ISO 8601 numbers them: Monday is 1.
enum Weekday: Int, Sendable, CaseIterable {
    case monday = 1
    case tuesday, wednesday, thursday, friday, saturday, sunday

    init?(name: String) {
        guard let day = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = day
    }

    var name: String { "\(self)" }
}
