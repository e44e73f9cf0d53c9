/// Who buys at the checkout: personal data, which leaves its service only as ``Sealed``.
public struct CheckoutPerson: Codable, Hashable, Sendable, SchemaDescribing {
    /// The mail address.
    public var email: String
    /// The first name.
    public var firstName: String
    /// The last name.
    public var lastName: String
    /// The telephone number.
    public var phone: String?
    /// Where the last order was made from.
    public var ipAddress: String?
    /// Where the last order was sent or billed to.
    public var address: PostalAddress?

    /// Makes a person from what is known.
    public init(
        email: String, firstName: String, lastName: String, phone: String? = nil, ipAddress: String? = nil,
        address: PostalAddress? = nil
    ) {
        self.email = email
        self.firstName = firstName
        self.lastName = lastName
        self.phone = phone
        self.ipAddress = ipAddress
        self.address = address
    }

    enum CodingKeys: String, CodingKey {
        case email, phone, address
        case firstName = "first_name"
        case lastName = "last_name"
        case ipAddress = "ip_address"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.email, String.self, "The mail address."),
            .required(CodingKeys.firstName, String.self, "The first name."),
            .required(CodingKeys.lastName, String.self, "The last name."),
            .optional(CodingKeys.phone, String.self, "The telephone number."),
            .optional(CodingKeys.ipAddress, String.self, "Where the last order was made from."),
            .optional(CodingKeys.address, PostalAddress.self, "Where the last order was sent or billed to."),
        ])
    }
}

/// Where somebody lives: personal data, which leaves its service only as ``Sealed``.
public struct PostalAddress: Codable, Hashable, Sendable, SchemaDescribing {
    /// Street and number.
    public var address1: String
    /// Flat, floor or company.
    public var address2: String?
    /// The town.
    public var city: String
    /// The state or province.
    public var state: String
    /// The postal code.
    public var postalCode: String
    /// The country, as an ISO 3166 code.
    public var country: String
    /// A telephone number for the delivery.
    public var phone: String?

    /// Makes an address from its parts.
    public init(
        address1: String, address2: String? = nil, city: String, state: String, postalCode: String, country: String,
        phone: String? = nil
    ) {
        self.address1 = address1
        self.address2 = address2
        self.city = city
        self.state = state
        self.postalCode = postalCode
        self.country = country
        self.phone = phone
    }

    enum CodingKeys: String, CodingKey {
        case address1, address2, city, state, country, phone
        case postalCode = "postal_code"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.address1, String.self, "Street and number."),
            .optional(CodingKeys.address2, String.self, "Flat, floor or company."),
            .required(CodingKeys.city, String.self, "The town."),
            .required(CodingKeys.state, String.self, "The state or province."),
            .required(CodingKeys.postalCode, String.self, "The postal code."),
            .required(CodingKeys.country, String.self, "The country, as an ISO 3166 code."),
            .optional(CodingKeys.phone, String.self, "A telephone number for the delivery."),
        ])
    }
}
