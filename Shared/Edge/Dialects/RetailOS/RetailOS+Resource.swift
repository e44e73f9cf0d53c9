public import FoundationEssentials

extension RetailOS {
    /// What the clienteling API and its webhooks deal with.
    public enum Resource: String, CaseIterable, Sendable {
        case customer, order, product, store

        /// The name of several: that of the list's path and of a batch.
        public var plural: String { rawValue + "s" }

        /// The field that holds the client's own id: `externalCustomerId`.
        public var externalID: String { "external\(title)Id" }

        /// For people: `Customer`.
        public var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

        /// Where the list is.
        public var path: String { "/v2/public/\(plural)" }

        /// The name of the queue that upserts go through.
        public var queueName: String { "scv:\(rawValue):upsert" }

        /// What was done, as an answer says it: `CUSTOMER_GET_ALL`.
        public func action(_ verb: String) -> String { "\(rawValue.uppercased())_\(verb)" }
    }

    /// How a client calls a record: by the id that was given here, or by the client's own.
    public enum Reference: Equatable, Sendable {
        case id(UUID)
        case externalID(String)
    }
}
