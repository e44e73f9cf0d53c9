import Edge
import Mail
import Schema

/// The body of `PUT /admin/v1/error-reports/{name}`.
struct ErrorReportRequest: NamingItsFields, Sendable {
    struct Schedule: NamingItsFields, Sendable {
        let every: String?
        let hour: Int?
        let weekday: String?
        let timeZone: String?

        enum CodingKeys: String, CodingKey {
            case every, hour, weekday
            case timeZone = "time_zone"
        }
    }

    let recipients: [String]?
    let endpoints: [String]?
    private let schedule: Exactly<Schedule>?

    enum CodingKeys: CodingKey { case recipients, endpoints, schedule }

    /// - Parameters:
    ///   - sendsMail: Whether mails can leave at all.
    ///   - store: Knows the account's endpoints and the time zones.
    /// - Throws: `RequestError` with all that is wrong.
    func settings(of account: AccountID, sendsMail: Bool, _ store: ErrorReportStore) async throws -> ReportSettings {
        var validation = Validation()
        if !sendsMail {
            validation.fail(["recipients"], "unavailable", "Nothing is configured that could send mail.")
        }
        checkRecipients(&validation)
        if let endpoints, !(1...100).contains(endpoints.count) {
            validation.fail(["endpoints"], "invalid", "There must be 1 to 100 names, or none of this field.")
        } else if let endpoints {
            let unknown = try await store.unknown(endpoints, of: account)
            for (index, name) in endpoints.enumerated() where unknown.contains(name) {
                validation.fail(["endpoints", "\(index)"], "unknown", "There is no such webhook endpoint.")
            }
        }
        let schedule = checkedSchedule(&validation)
        if try await !store.isKnown(timeZone: schedule.timeZone) {
            validation.fail(["schedule", "time_zone"], "invalid", "This is not the IANA name of a time zone.")
        }
        try validation.check()
        return ReportSettings(recipients: recipients ?? [], endpoints: endpoints, schedule: schedule)
    }

    private func checkRecipients(_ validation: inout Validation) {
        let recipients = recipients ?? []
        if !(1...20).contains(recipients.count) {
            validation.fail(["recipients"], "required", "There must be 1 to 20 mail addresses.")
        }
        var seen: Set<String> = []
        for (index, address) in recipients.enumerated() {
            if MailAddress(address) == nil {
                validation.fail(["recipients", "\(index)"], "invalid", "This is not a mail address.")
            } else if !seen.insert(address.lowercased()).inserted {
                validation.fail(["recipients", "\(index)"], "duplicate", "This address is there already.")
            }
        }
    }

    /// Every day at 7 in UTC, where nothing else is said.
    private func checkedSchedule(_ validation: inout Validation) -> ReportSchedule {
        var result = ReportSchedule(frequency: .day, hour: 7, timeZone: schedule?.body.timeZone ?? "UTC")
        if let every = schedule?.body.every {
            if let frequency = ReportSchedule.Frequency(rawValue: every) {
                result.frequency = frequency
            } else {
                validation.fail(["schedule", "every"], "invalid_choice", "This must be one of: hour, day, week.")
            }
        }
        if result.frequency == .hour { result.hour = nil }
        if let hour = schedule?.body.hour {
            if result.frequency == .hour {
                validation.fail(["schedule", "hour"], "not_allowed", "A report of every hour has none.")
            } else if !(0...23).contains(hour) {
                validation.fail(["schedule", "hour"], "out_of_range", "This must be from 0 to 23.")
            }
            result.hour = hour
        }
        checkWeekday(&result, &validation)
        return result
    }

    private func checkWeekday(_ result: inout ReportSchedule, _ validation: inout Validation) {
        guard result.frequency == .week else {
            if schedule?.body.weekday != nil {
                validation.fail(["schedule", "weekday"], "not_allowed", "Only a report of every week has one.")
            }
            return
        }
        result.weekday = Weekday(name: schedule?.body.weekday ?? "monday")
        if result.weekday == nil {
            let known = Weekday.allCases.map(\.name).joined(separator: ", ")
            validation.fail(["schedule", "weekday"], "invalid_choice", "This must be one of: \(known).")
        }
    }
}
