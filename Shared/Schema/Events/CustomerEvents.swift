/// A customer became known to an account, by whatever API.
public struct CustomerCreated: DescribedEvent {
    public static let name = "customer_created"
    public static let version = 2
    public static let topic = Topic.consentEvents
    public static let summary = "A customer became known to an account, by whatever API."

    /// The customer as it is now.
    public var customer: CustomerSnapshot

    /// Makes the event.
    public init(customer: CustomerSnapshot) { self.customer = customer }

    enum CodingKeys: String, CodingKey { case customer }

    public static var schema: JSONSchema {
        .object([.required(CodingKeys.customer, CustomerSnapshot.self, "The customer as it is now.")])
    }

    public static var example: CustomerCreated { CustomerCreated(customer: .example) }
}

/// What is known of a customer changed.
public struct CustomerUpdated: DescribedEvent {
    public static let name = "customer_updated"
    public static let version = 2
    public static let topic = Topic.consentEvents
    public static let summary = "What is known of a customer changed."

    /// The customer as it is now.
    public var customer: CustomerSnapshot

    /// Makes the event.
    public init(customer: CustomerSnapshot) { self.customer = customer }

    enum CodingKeys: String, CodingKey { case customer }

    public static var schema: JSONSchema {
        .object([.required(CodingKeys.customer, CustomerSnapshot.self, "The customer as it is now.")])
    }

    public static var example: CustomerUpdated {
        var customer = CustomerSnapshot.example
        customer.acceptsMarketing = false
        return CustomerUpdated(customer: customer)
    }
}

/// A customer in full, as its events carry it.
public struct CustomerSnapshot: Codable, Hashable, Sendable, SchemaDescribing {
    /// The customer's id.
    public var id: ID<Customer>
    /// The site's own id of the customer, unique in the account.
    public var externalID: String
    /// Whether the customer agreed to marketing.
    public var acceptsMarketing: Bool
    /// Who it is; personal data, sealed.
    public var person: Sealed<PersonalDetails>
    /// When the customer was first reported.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
    /// Whether a client gave ``externalID``; else it is one that was made where nobody gave one. Events from before
    /// leave it out.
    public var isExternalIDGiven: Bool?
    /// What the customer bought and took back, where anything is known.
    public var sales: SalesSummary?

    /// Makes a snapshot from its parts.
    public init(
        id: ID<Customer>, externalID: String, acceptsMarketing: Bool, person: Sealed<PersonalDetails>,
        createdAt: Timestamp, updatedAt: Timestamp, isExternalIDGiven: Bool? = nil, sales: SalesSummary? = nil
    ) {
        self.id = id
        self.externalID = externalID
        self.acceptsMarketing = acceptsMarketing
        self.person = person
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.isExternalIDGiven = isExternalIDGiven
        self.sales = sales
    }

    enum CodingKeys: String, CodingKey {
        case id, person, sales
        case isExternalIDGiven = "external_id_given"
        case externalID = "external_id"
        case acceptsMarketing = "accepts_marketing"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.id, ID<Customer>.self, "The customer's id."),
            .required(CodingKeys.externalID, String.self, "The site's own id of the customer, unique in the account."),
            .required(CodingKeys.acceptsMarketing, Bool.self, "Whether the customer agreed to marketing."),
            .required(CodingKeys.person, Sealed<PersonalDetails>.self, "Who it is; personal data, sealed."),
            .required(CodingKeys.createdAt, Timestamp.self, "When the customer was first reported."),
            .required(CodingKeys.updatedAt, Timestamp.self, "When it last changed."),
            .optional(
                CodingKeys.isExternalIDGiven, Bool.self,
                "Whether a client gave the external id; else it was made where nobody gave one."),
            .optional(CodingKeys.sales, SalesSummary.self, "What the customer bought and took back."),
        ])
    }

    static var example: CustomerSnapshot {
        CustomerSnapshot(
            id: Examples.customer, externalID: "customer-7", acceptsMarketing: true, person: Examples.person,
            createdAt: Examples.created, updatedAt: Examples.updated, isExternalIDGiven: true,
            sales: .example)
    }
}

/// Who a customer is: personal data, which leaves its service only as ``Sealed``.
public struct PersonalDetails: Codable, Hashable, Sendable, SchemaDescribing {
    /// The mail address.
    public var email: String?
    /// The full name.
    public var name: String?
    /// The telephone number, as it was written.
    public var phone: String?
    /// The first name.
    public var firstName: String?
    /// The last name.
    public var lastName: String?
    /// The telephone number in E.164, which no other customer of the account has.
    public var phoneNumber: String?
    /// What clients have noted: an object of attributes by name.
    public var attributes: JSONValue?
    /// What only the clienteling API knows: an object by its names.
    public var retail: JSONValue?

    /// Makes the details from what is known.
    public init(
        email: String? = nil, name: String? = nil, phone: String? = nil, firstName: String? = nil,
        lastName: String? = nil, phoneNumber: String? = nil, attributes: JSONValue? = nil
    ) {
        self.email = email
        self.name = name
        self.phone = phone
        self.firstName = firstName
        self.lastName = lastName
        self.phoneNumber = phoneNumber
        self.attributes = attributes
    }

    enum CodingKeys: String, CodingKey {
        case email, name, phone, attributes, retail
        case firstName = "first_name"
        case lastName = "last_name"
        case phoneNumber = "phone_number"
    }

    public static var schema: JSONSchema {
        .object([
            .optional(CodingKeys.email, String.self, "The mail address."),
            .optional(CodingKeys.name, String.self, "The full name."),
            .optional(CodingKeys.phone, String.self, "The telephone number."),
            .optional(CodingKeys.firstName, String.self, "The first name."),
            .optional(CodingKeys.lastName, String.self, "The last name."),
            .optional(
                CodingKeys.phoneNumber, String.self,
                "The telephone number in E.164, which no other customer of the account has."),
            .optional(CodingKeys.attributes, JSONValue.self, "What clients have noted: attributes by name."),
            .optional(CodingKeys.retail, JSONValue.self, "What only the clienteling API knows, by its names."),
        ])
    }
}
