public import Schema

/// What a client says of a customer; nil fields say nothing.
public struct CustomerReport: Equatable, Sendable {
    /// The client's own name of the customer, unique within the account.
    public let externalID: String
    /// Whether a client gave the external id; else it was made where nobody gave one.
    public var isExternalIDGiven = true
    public var email: String?
    public var name: String?
    public var phone: String?
    public var firstName: String?
    public var lastName: String?
    /// The number in E.164, and how much the client insists on it.
    public var phoneNumber: PhoneClaim?
    public var acceptsMarketing: Bool?
    public var metadata: JSONValue?
    /// New values by name; null takes an attribute away.
    public var attributes: [String: JSONValue] = [:]
    /// New values of what only the clienteling API knows, by its names.
    public var retail: [String: JSONValue] = [:]

    public init(
        externalID: String, email: String? = nil, name: String? = nil, phone: String? = nil,
        acceptsMarketing: Bool? = nil, metadata: JSONValue? = nil
    ) {
        self.externalID = externalID
        self.email = email
        self.name = name
        self.phone = phone
        self.acceptsMarketing = acceptsMarketing
        self.metadata = metadata
    }
}

/// Says that a number in E.164 is a person's. A number is at most one person's.
public enum PhoneClaim: Equatable, Sendable {
    /// It must become the person's: if it is another's, they are joined or the report is refused.
    case firm(String)
    /// It becomes the person's if it is nobody's and they have none yet.
    case ifFree(String)

    /// The number.
    public var number: String {
        switch self {
        case .firm(let number), .ifFree(let number): number
        }
    }
}

/// Why a report was refused: its number is that of another person, who has an external id of their own.
public struct PhoneCollision: Error, Equatable, Sendable {
    /// Whose number it is.
    public let id: CustomerID
    public let externalID: String
}
