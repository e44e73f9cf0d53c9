/// A `pg_snapshot`: which transactions were visible at one moment.
struct TransactionSnapshot: Equatable, Sendable {
    /// As Postgres writes it, `xmin:xmax:xip,…`.
    let text: String
    /// All transactions below it had ended.
    let xmin: UInt64
    /// All transactions from here on had not.
    let xmax: UInt64

    /// Shows no transaction at all.
    static let empty = TransactionSnapshot(text: "1:1:", xmin: 1, xmax: 1)

    private init(text: String, xmin: UInt64, xmax: UInt64) {
        self.text = text
        self.xmin = xmin
        self.xmax = xmax
    }

    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let xmin = UInt64(parts[0]), let xmax = UInt64(parts[1]) else { return nil }
        self.init(text: text, xmin: xmin, xmax: xmax)
    }
}
