/// A customer's personal data was deleted for good, or the customer turned out to be another one. Whoever keeps anything
/// about them erases it.
public struct CustomerDeleted: DescribedEvent {
    public static let name = "customer_deleted"
    public static let version = 1
    public static let topic = Topic.consentEvents
    public static let summary =
        "A customer's personal data was deleted, or the customer turned out to be another one; copies are to be erased."

    /// Who is gone.
    public var customerID: ID<Customer>
    /// The checkout's numbers of the customer that are gone too.
    public var customerNumbers: [String]
    /// Who the customer turned out to be; not there when the data was deleted.
    public var joinedInto: ID<Customer>?
    /// When it happened.
    public var deletedAt: Timestamp

    /// Makes the event.
    public init(
        customerID: ID<Customer>, customerNumbers: [String], joinedInto: ID<Customer>? = nil, deletedAt: Timestamp
    ) {
        self.customerID = customerID
        self.customerNumbers = customerNumbers
        self.joinedInto = joinedInto
        self.deletedAt = deletedAt
    }

    enum CodingKeys: String, CodingKey {
        case customerID = "customer_id"
        case customerNumbers = "customer_numbers"
        case joinedInto = "joined_into"
        case deletedAt = "deleted_at"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.customerID, ID<Customer>.self, "Who is gone."),
            .required(CodingKeys.customerNumbers, [String].self, "The checkout's numbers of the customer, gone too."),
            .optional(
                CodingKeys.joinedInto, ID<Customer>.self,
                "Who the customer turned out to be; left out when the data was deleted."),
            .required(CodingKeys.deletedAt, Timestamp.self, "When it happened."),
        ])
    }

    public static var example: CustomerDeleted {
        CustomerDeleted(
            customerID: Examples.customer, customerNumbers: ["CUST-240528-00007"], joinedInto: Examples.otherCustomer,
            deletedAt: Examples.updated)
    }
}

/// Two customers turned out to be one: everything of the second is the first's now.
public struct CustomersJoined: DescribedEvent {
    public static let name = "customers_joined"
    public static let version = 1
    public static let topic = Topic.consentEvents
    public static let summary = "Two customers turned out to be one; all that was the second's is the first's now."

    /// The customer who remains, as it is now.
    public var customer: CustomerSnapshot
    /// The id that the customer had in addition; it is not used any more.
    public var joinedID: ID<Customer>
    /// The checkout's numbers that have come along.
    public var customerNumbers: [String]

    /// Makes the event.
    public init(customer: CustomerSnapshot, joinedID: ID<Customer>, customerNumbers: [String]) {
        self.customer = customer
        self.joinedID = joinedID
        self.customerNumbers = customerNumbers
    }

    enum CodingKeys: String, CodingKey {
        case customer
        case joinedID = "joined_id"
        case customerNumbers = "customer_numbers"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.customer, CustomerSnapshot.self, "The customer who remains, as it is now."),
            .required(CodingKeys.joinedID, ID<Customer>.self, "The id that the customer had too, used no more."),
            .required(CodingKeys.customerNumbers, [String].self, "The checkout's numbers that have come along."),
        ])
    }

    public static var example: CustomersJoined {
        CustomersJoined(
            customer: .example, joinedID: Examples.otherCustomer, customerNumbers: ["CUST-240528-00007"])
    }
}
