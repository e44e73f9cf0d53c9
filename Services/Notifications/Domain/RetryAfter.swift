import Schema

/// A `Retry-After` header (RFC 9110, 10.2.3): seconds, or an HTTP date.
enum RetryAfter {
    /// How long to wait from `now`, or `nil` for a header that says nothing.
    static func wait(_ text: String, now: Timestamp) -> Duration? {
        if let seconds = Int64(text) { return seconds < 0 ? nil : .seconds(min(seconds, 1 << 31)) }
        guard let date = date(text) else { return nil }
        return .microseconds(max(0, date.microseconds - now.microseconds))
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`; the two obsolete forms are not sent by anyone who also sends Retry-After.
    private static func date(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let day = parts[1].count == 1 ? "0\(parts[1])" : String(parts[1])
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp(rfc3339: "\(parts[3])-\(number)-\(day)T\(parts[4])Z")
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
