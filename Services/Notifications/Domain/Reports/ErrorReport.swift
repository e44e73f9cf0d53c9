import Schema

/// What a mail about deliveries that were given up tells: how many of what, and where to find them. Nobody's data is in it,
/// and nothing that a receiver has written.
struct ErrorReport: Codable, Sendable, Equatable {
    /// Deliveries that have much in common.
    struct Group: Codable, Sendable, Equatable {
        let endpoint: String
        /// What they carry: `customer`, `order`.
        let resource: String
        let error: String
        let count: Int
    }

    /// Most groups that a mail lists.
    static let mostGroups = 50
    /// Most deliveries that a file lists.
    static let mostRows = 10_000

    /// The report's name.
    let name: String
    /// The time that it tells of, as its readers' clocks show it.
    let from: String
    let until: String
    let timeZone: String
    /// How many were given up.
    let count: Int
    /// Those with the most deliveries, these first.
    let groups: [Group]
    /// Where the file is.
    let link: String
    /// How long, as their clocks show it.
    let linkExpires: String

    /// How many are in none of the groups.
    var others: Int { count - groups.reduce(0) { $0 + $1.count } }
    /// How many the file lists.
    var listed: Int { min(count, Self.mostRows) }
}
