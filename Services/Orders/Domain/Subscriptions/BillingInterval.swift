import FoundationEssentials
import Schema

/// How often a subscription is charged.
enum BillingInterval: Hashable, Sendable {
    case days(Int)
    /// By the calendar: the same day of a later month, or that month's last.
    case months(Int)

    /// Reads a campaign's words: `monthly`, `month`, `weekly`, `yearly`, or a number of days. What it does not know, and
    /// nothing, is monthly.
    init(_ text: String?) {
        let text = text?.lowercased() ?? ""
        if let days = Int(text), (1...3_660).contains(days) {
            self = .days(days)
        } else {
            self = Self.named[text] ?? .months(1)
        }
    }

    /// About how many days it has, as the API shows it.
    var days: Int {
        switch self {
        case .days(let days): days
        case .months(let months): months / 12 * 365 + months % 12 * 30
        }
    }

    /// The time so many intervals after another.
    func time(_ count: Int, after start: Timestamp) -> Timestamp {
        switch self {
        case .days(let days): return start + .seconds(Int64(days) * Int64(count) * 86_400)
        case .months(let months):
            // Whole seconds go through the calendar, which would round smaller parts.
            let (seconds, fraction) = start.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
            let date = Date(timeIntervalSince1970: Double(seconds))
            let later = Self.calendar.date(byAdding: .month, value: months * count, to: date) ?? date
            return Timestamp(microseconds: Int64(later.timeIntervalSince1970) * 1_000_000 + fraction)
        }
    }

    private static let named: [String: BillingInterval] = [
        "daily": .days(1), "day": .days(1), "weekly": .days(7), "week": .days(7), "biweekly": .days(14),
        "monthly": .months(1), "month": .months(1), "bimonthly": .months(2), "quarterly": .months(3),
        "quarter": .months(3), "semiannually": .months(6), "yearly": .months(12), "annually": .months(12),
        "annual": .months(12), "year": .months(12),
    ]

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()
}
