public import Schema

/// A person that an account knows, as a dealer's site tells of them.
public struct Person: Equatable, Sendable {
    public let id: CustomerID
    public let account: AccountID
    /// The sequence of the person's latest event, starting at 1.
    public private(set) var sequence: Int64
    public let externalID: String
    public private(set) var details: PersonalDetails
    public private(set) var acceptsMarketing: Bool
    public private(set) var metadata: JSONValue?
    public let createdAt: Timestamp
    public private(set) var updatedAt: Timestamp

    /// A person seen for the first time.
    public init(_ report: CustomerReport, of account: AccountID, at time: Timestamp) {
        self.init(
            id: CustomerID(), account: account, sequence: 1, externalID: report.externalID,
            details: PersonalDetails(email: report.email, name: report.name, phone: report.phone),
            acceptsMarketing: report.acceptsMarketing ?? false, metadata: report.metadata, createdAt: time,
            updatedAt: time)
    }

    /// A person as they were stored.
    public init(
        id: CustomerID, account: AccountID, sequence: Int64, externalID: String, details: PersonalDetails,
        acceptsMarketing: Bool, metadata: JSONValue?, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.sequence = sequence
        self.externalID = externalID
        self.details = details
        self.acceptsMarketing = acceptsMarketing
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Takes over what a report says; what it leaves out stays. Answers whether anything changed.
    public mutating func update(_ report: CustomerReport, at time: Timestamp) -> Bool {
        var person = self
        person.details = PersonalDetails(
            email: report.email ?? details.email, name: report.name ?? details.name,
            phone: report.phone ?? details.phone)
        person.acceptsMarketing = report.acceptsMarketing ?? acceptsMarketing
        person.metadata = report.metadata ?? metadata
        guard person != self else { return false }
        person.sequence += 1
        person.updatedAt = max(time, updatedAt)
        self = person
        return true
    }

    /// Takes over what is not known yet; what a dealer's site said stays. Answers whether anything changed.
    public mutating func complete(with known: PersonalDetails, at time: Timestamp) -> Bool {
        let report = CustomerReport(
            externalID: externalID, email: details.email ?? known.email, name: details.name ?? known.name,
            phone: details.phone ?? known.phone, acceptsMarketing: nil, metadata: nil)
        return update(report, at: time)
    }
}
