public import Schema

/// The filters that Health Suite's searches share. What is at fault is noted, and answered as if it were absent.
extension QueryParameters {
    /// A day such as `2025-03-22`.
    public func day(_ name: String, _ validation: inout Validation) -> String? {
        guard let text = string(name) else { return nil }
        var isDay = Validation()
        guard text.utf8.count == 10, isDay.timestamp(text, name) != nil else {
            validation.fail([name], "invalid_date", "This must be a date such as 2025-03-22.")
            return nil
        }
        return text
    }

    /// Exactly so many digits.
    public func digits(_ count: Int, _ name: String, _ validation: inout Validation) -> String? {
        guard let text = string(name) else { return nil }
        guard text.utf8.count == count, text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else {
            validation.fail([name], "invalid", "This must be exactly \(count) digits.")
            return nil
        }
        return text
    }

    /// An amount in each currency that can express it, since a search names none.
    public func amounts(_ name: String, _ validation: inout Validation) -> [Money]? {
        guard var text = string(name) else { return nil }
        if text.contains(".") {
            // 100.00 is an amount of yen too.
            while text.last == "0" { text.removeLast() }
            if text.last == "." { text.removeLast() }
        }
        let amounts = Currency.all.compactMap { try? Money(decimal: text, currency: $0) }
        guard !amounts.isEmpty else {
            validation.fail([name], "invalid_amount", "This must be an amount such as 125.00.")
            return nil
        }
        return amounts
    }

    /// A transaction's status. Two lists of them are documented, each search knows both.
    public func transactionStatus(_ name: String, _ validation: inout Validation) -> String? {
        guard let text = string(name) else { return nil }
        guard Self.transactionStatuses.contains(text) else {
            let known = Self.transactionStatuses.joined(separator: ", ")
            validation.fail([name], "invalid_choice", "This must be one of: \(known).")
            return nil
        }
        return text
    }

    /// Those of both lists, and the one that only we have.
    private static let transactionStatuses = [
        "pending", "processing", "pending_redirect", "authorized", "completed", "failed", "declined", "refunded",
        "partially_refunded", "externally_refunded", "alert_refunded", "rdr_refunded", "disputed_alert",
        "disputed_rdr", "chargeback", "voided", "on_hold", "abandoned", "canceled", "cancelled", "expired", "error",
    ]
}
