public import Schema

extension WatchTraderHub {
    /// A customer, as the dealer API and its webhooks show it.
    public struct CustomerBody: Encodable, Sendable {
        private let id: CustomerID
        private let externalID: String
        private let person: PersonalDetails
        private let acceptsMarketing: Bool
        private let createdAt: Timestamp
        private let matchedExisting: Bool?

        /// - Parameter matchedExisting: whether an upsert met the customer; nil in webhooks, which do not say.
        public init(
            id: CustomerID, externalID: String, person: PersonalDetails, acceptsMarketing: Bool, createdAt: Timestamp,
            matchedExisting: Bool? = nil
        ) {
            self.id = id
            self.externalID = externalID
            self.person = person
            self.acceptsMarketing = acceptsMarketing
            self.createdAt = createdAt
            self.matchedExisting = matchedExisting
        }

        /// The customer of an event, with the opened personal details.
        public init(_ customer: CustomerSnapshot, person: PersonalDetails) {
            self.init(
                id: customer.id, externalID: customer.externalID, person: person,
                acceptsMarketing: customer.acceptsMarketing, createdAt: customer.createdAt)
        }

        enum CodingKeys: String, CodingKey {
            case object, id, email, name, phone
            case externalID = "external_id"
            case acceptsMarketing = "accepts_marketing"
            case matchedExisting = "matched_existing"
            case createdAt = "created_at"
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode("customer", forKey: .object)
            try container.encode(id, forKey: .id)
            try container.encode(externalID, forKey: .externalID)
            try container.encode(person.email, forKey: .email)
            try container.encode(person.name, forKey: .name)
            try container.encode(person.phone, forKey: .phone)
            try container.encode(acceptsMarketing, forKey: .acceptsMarketing)
            try container.encodeIfPresent(matchedExisting, forKey: .matchedExisting)
            try container.encode(createdAt, forKey: .createdAt)
        }
    }
}
