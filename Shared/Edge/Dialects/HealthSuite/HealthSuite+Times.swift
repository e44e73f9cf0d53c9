public import Schema

extension HealthSuite {
    /// A time as notes and fulfillments show it, in UTC: `2025-02-04T02:25:14.000000Z`.
    public static func isoTime(_ time: Timestamp) -> String {
        let text = time.rfc3339.dropLast()
        return text + String(repeating: "0", count: max(0, 26 - text.utf8.count)) + "Z"
    }
}
