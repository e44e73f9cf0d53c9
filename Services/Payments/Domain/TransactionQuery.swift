import Schema

/// Which transactions are looked for; nil stands for all.
struct TransactionQuery: Sendable, Equatable {
    var number: String?
    /// The gateway's own id.
    var externalID: String?
    var orderNumber: String?
    var customerNumber: String?
    /// Lower-cased.
    var email: String?
    var status: String?
    /// `2025-03-22`: the first and the last day, as they are in the account's time zone.
    var firstDay: String?
    var lastDay: String?
    var cardFirstSix: String?
    var cardLastFour: String?
    /// What the amount comes to in each currency in which it can be paid.
    var amounts: [Money]?
}
