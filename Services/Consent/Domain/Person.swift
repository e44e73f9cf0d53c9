public import Schema

/// A person that an account knows, by whatever API: a dealer's customer, a profile, a customer of the checkout.
public struct Person: Equatable, Sendable {
    public let id: CustomerID
    public let account: AccountID
    /// The sequence of the person's latest event, starting at 1.
    public private(set) var sequence: Int64
    /// The clients' own id; where nobody gave one, the customer number or the text of ``id``.
    public private(set) var externalID: String
    /// Whether a client gave the external id.
    public private(set) var isExternalIDGiven: Bool
    public private(set) var details: PersonalDetails
    public private(set) var acceptsMarketing: Bool
    public private(set) var metadata: JSONValue?
    public private(set) var attributes: [String: PersonAttribute]
    public private(set) var sales: SalesSummary?
    /// What only the clienteling API knows, by its names.
    public private(set) var retail: [String: JSONValue]
    public let createdAt: Timestamp
    public private(set) var updatedAt: Timestamp

    /// A person seen for the first time. The time of creation is that of the id, so that both have one order, but not after
    /// `time`: the clocks of service and database differ, and nobody was changed before they were created.
    public init(_ report: CustomerReport, id: CustomerID = CustomerID(), of account: AccountID, at time: Timestamp) {
        self.init(
            id: id, account: account, sequence: 1, externalID: report.externalID,
            isExternalIDGiven: report.isExternalIDGiven, details: PersonalDetails(), acceptsMarketing: false,
            metadata: nil, createdAt: min(id.time, time), updatedAt: time)
        apply(report, at: time)
    }

    /// A person as they were stored.
    public init(
        id: CustomerID, account: AccountID, sequence: Int64, externalID: String, isExternalIDGiven: Bool = true,
        details: PersonalDetails, acceptsMarketing: Bool, metadata: JSONValue?,
        attributes: [String: PersonAttribute] = [:], sales: SalesSummary? = nil, retail: [String: JSONValue] = [:],
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.sequence = sequence
        self.externalID = externalID
        self.isExternalIDGiven = isExternalIDGiven
        self.details = details
        self.acceptsMarketing = acceptsMarketing
        self.metadata = metadata
        self.attributes = attributes
        self.sales = sales
        self.retail = retail
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// What clients see of the external id: nothing where it was made here.
    public var givenExternalID: String? { isExternalIDGiven ? externalID : nil }

    /// Where marketing mail may go.
    public var marketingAddress: String? { acceptsMarketing ? details.email : nil }

    /// Takes over what a report says; what it leaves out stays. Whether a number is free is the caller's to know.
    /// Answers whether anything changed.
    public mutating func update(_ report: CustomerReport, at time: Timestamp) -> Bool {
        change(at: time) { $0.apply(report, at: time) }
    }

    /// Takes over what is not known yet; what clients said stays. A number must be nobody's. Answers whether anything changed.
    public mutating func complete(with known: PersonalDetails, at time: Timestamp) -> Bool {
        change(at: time) { $0.add(known) }
    }

    /// Takes in all that is known of somebody who turned out to be this person; where both say something, what is said of
    /// this person counts. Marketing mail goes on where it went to the address that remains.
    public mutating func absorb(_ other: Person, at time: Timestamp) {
        _ = change(at: time, isForced: true) { person in
            // The other one's number is free now.
            person.add(other.details)
            let isSameAddress = person.details.email?.lowercased() == other.details.email?.lowercased()
            person.acceptsMarketing = person.acceptsMarketing || (other.acceptsMarketing && isSameAddress)
            person.metadata = person.metadata ?? other.metadata
            person.attributes.merge(other.attributes) { own, _ in own }
            person.retail.merge(other.retail) { own, _ in own }
            person.sales = person.sales.map { own in other.sales.map(own.merged) ?? own } ?? other.sales
        }
    }

    /// Takes over attributes; null takes one away. Answers whether anything changed.
    public mutating func set(_ attributes: [String: JSONValue], at time: Timestamp) -> Bool {
        change(at: time) { $0.apply(attributes, at: time) }
    }

    /// Takes over the totals of what the person bought. Answers whether anything changed.
    public mutating func record(_ sales: SalesSummary, at time: Timestamp) -> Bool {
        change(at: time) { $0.sales = sales }
    }

    /// Counts one more event about the person; what is known of them stays as it is.
    public mutating func advance() {
        sequence += 1
    }

    /// Whose events carry the next number if anything changes.
    private mutating func change(at time: Timestamp, isForced: Bool = false, _ body: (inout Person) -> Void) -> Bool {
        var person = self
        body(&person)
        guard isForced || person != self else { return false }
        person.sequence += 1
        person.updatedAt = max(time, updatedAt)
        self = person
        return true
    }

    private mutating func apply(_ report: CustomerReport, at time: Timestamp) {
        if report.isExternalIDGiven {
            externalID = report.externalID
            isExternalIDGiven = true
        }
        details.email = report.email ?? details.email
        details.phone = report.phone ?? details.phone
        details.firstName = report.firstName ?? details.firstName
        details.lastName = report.lastName ?? details.lastName
        let isNamedInParts = report.firstName != nil || report.lastName != nil
        details.name = report.name ?? (isNamedInParts ? details.joinedName : details.name)
        switch report.phoneNumber {
        case .firm(let number): details.phoneNumber = number
        case .ifFree(let number): details.phoneNumber = details.phoneNumber ?? number
        case nil: break
        }
        acceptsMarketing = report.acceptsMarketing ?? acceptsMarketing
        metadata = report.metadata ?? metadata
        apply(report.attributes, at: time)
        retail.merge(report.retail) { $1 }
    }

    private mutating func apply(_ values: [String: JSONValue], at time: Timestamp) {
        for (name, value) in values where attributes[name]?.value != value {
            attributes[name] = value == .null ? nil : PersonAttribute(value: value, source: "api", updatedAt: time)
        }
    }

    private mutating func add(_ known: PersonalDetails) {
        details.email = details.email ?? known.email
        details.name = details.name ?? known.name
        details.phone = details.phone ?? known.phone
        details.firstName = details.firstName ?? known.firstName
        details.lastName = details.lastName ?? known.lastName
        details.phoneNumber = details.phoneNumber ?? known.phoneNumber
    }
}

/// Something that a client noted of a person under a name of its own.
public struct PersonAttribute: Codable, Equatable, Sendable {
    /// A string, a number or a boolean.
    public let value: JSONValue
    /// Who noted it: `api`.
    public let source: String
    /// When the value last changed.
    public let updatedAt: Timestamp

    enum CodingKeys: String, CodingKey {
        case value, source
        case updatedAt = "updated_at"
    }
}

extension PersonalDetails {
    /// First and last name.
    var joinedName: String? {
        let parts = [firstName, lastName].compactMap { $0 }.filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }
}
