public import Schema

/// What a dealer's site says of a customer; nil fields say nothing.
public struct CustomerReport: Equatable, Sendable {
    /// The dealer's own name of the customer, unique within the account.
    public let externalID: String
    public let email: String?
    public let name: String?
    public let phone: String?
    public let acceptsMarketing: Bool?
    public let metadata: JSONValue?

    public init(
        externalID: String, email: String?, name: String?, phone: String?, acceptsMarketing: Bool?, metadata: JSONValue?
    ) {
        self.externalID = externalID
        self.email = email
        self.name = name
        self.phone = phone
        self.acceptsMarketing = acceptsMarketing
        self.metadata = metadata
    }
}
