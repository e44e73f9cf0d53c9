/// Somebody wants to know a store that they have not heard of. The subject is the inquiry.
///
/// Asked because a projection is always a moment behind: only the owner can say for certain that there is none.
public struct StoreRequested: DescribedEvent {
    public static let name = "store_requested"
    public static let version = 1
    public static let topic = Topic.catalogCommands
    public static let summary = "Somebody wants to know a store. The subject is the inquiry."

    /// The inquiry, which the answer names.
    public var inquiryID: InquiryID
    /// The store's id, where that is what is known.
    public var storeID: StoreID?
    /// The retailer's own id of the store, where that is what is known.
    public var externalID: String?

    /// Makes the command.
    public init(inquiryID: InquiryID, storeID: StoreID?, externalID: String?) {
        self.inquiryID = inquiryID
        self.storeID = storeID
        self.externalID = externalID
    }

    enum CodingKeys: String, CodingKey {
        case inquiryID = "inquiry_id"
        case storeID = "store_id"
        case externalID = "external_id"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.inquiryID, InquiryID.self, "The inquiry, which the answer names."),
            .optional(CodingKeys.storeID, StoreID.self, "The store's id, where that is what is known."),
            .optional(
                CodingKeys.externalID, String.self,
                "The retailer's own id of the store, where that is what is known."),
        ])
    }

    public static var example: StoreRequested {
        StoreRequested(inquiryID: Examples.inquiry, storeID: Examples.store, externalID: "paris-rivoli-01")
    }
}

/// The store that somebody asked for, or that there is none. The subject is the inquiry.
public struct StoreReported: DescribedEvent {
    public static let name = "store_reported"
    public static let version = 2
    public static let topic = Topic.catalogEvents
    public static let summary = "The store that somebody asked for, or that there is none. The subject is the inquiry."

    /// The inquiry that this answers.
    public var inquiryID: InquiryID
    /// The store as it is now; absent if there is none.
    public var store: StoreSnapshot?

    /// Makes the event.
    public init(inquiryID: InquiryID, store: StoreSnapshot?) {
        self.inquiryID = inquiryID
        self.store = store
    }

    enum CodingKeys: String, CodingKey {
        case store
        case inquiryID = "inquiry_id"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.inquiryID, InquiryID.self, "The inquiry that this answers."),
            .optional(CodingKeys.store, StoreSnapshot.self, "The store as it is now; absent if there is none."),
        ])
    }

    public static var example: StoreReported { StoreReported(inquiryID: Examples.inquiry, store: .example) }
}

/// Somebody wants to know a person that they have not heard of. The subject is the inquiry.
public struct PersonRequested: DescribedEvent {
    public static let name = "person_requested"
    public static let version = 1
    public static let topic = Topic.consentCommands
    public static let summary = "Somebody wants to know a person, or to have one added. The subject is the inquiry."

    /// The inquiry, which the answer names.
    public var inquiryID: InquiryID
    /// The customer's id, where that is what is known.
    public var customerID: CustomerID?
    /// The retailer's own id of the customer, where that is what is known.
    public var externalID: String?
    /// Whether the customer of this external id is to be added if there is none.
    public var addsUnknown: Bool

    /// Makes the command.
    public init(inquiryID: InquiryID, customerID: CustomerID?, externalID: String?, addsUnknown: Bool) {
        self.inquiryID = inquiryID
        self.customerID = customerID
        self.externalID = externalID
        self.addsUnknown = addsUnknown
    }

    enum CodingKeys: String, CodingKey {
        case inquiryID = "inquiry_id"
        case customerID = "customer_id"
        case externalID = "external_id"
        case addsUnknown = "adds_unknown"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.inquiryID, InquiryID.self, "The inquiry, which the answer names."),
            .optional(CodingKeys.customerID, CustomerID.self, "The customer's id, where that is what is known."),
            .optional(
                CodingKeys.externalID, String.self,
                "The retailer's own id of the customer, where that is what is known."),
            .required(
                CodingKeys.addsUnknown, Bool.self,
                "Whether the customer of this external id is to be added if there is none."),
        ])
    }

    public static var example: PersonRequested {
        PersonRequested(
            inquiryID: Examples.inquiry, customerID: Examples.customer, externalID: "customer-7", addsUnknown: true)
    }
}

/// The person that somebody asked for, or that there is none. The subject is the inquiry.
public struct PersonReported: DescribedEvent {
    public static let name = "person_reported"
    public static let version = 1
    public static let topic = Topic.consentEvents
    public static let summary = "The person that somebody asked for, or that there is none. The subject is the inquiry."

    /// The inquiry that this answers.
    public var inquiryID: InquiryID
    /// The customer's id; absent if there is none.
    public var customerID: CustomerID?
    /// The retailer's own id of the customer; absent if nobody gave one.
    public var externalID: String?

    /// Makes the event.
    public init(inquiryID: InquiryID, customerID: CustomerID?, externalID: String?) {
        self.inquiryID = inquiryID
        self.customerID = customerID
        self.externalID = externalID
    }

    enum CodingKeys: String, CodingKey {
        case inquiryID = "inquiry_id"
        case customerID = "customer_id"
        case externalID = "external_id"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.inquiryID, InquiryID.self, "The inquiry that this answers."),
            .optional(CodingKeys.customerID, CustomerID.self, "The customer's id; absent if there is none."),
            .optional(
                CodingKeys.externalID, String.self,
                "The retailer's own id of the customer; absent if nobody gave one."),
        ])
    }

    public static var example: PersonReported {
        PersonReported(inquiryID: Examples.inquiry, customerID: Examples.customer, externalID: "customer-7")
    }
}
