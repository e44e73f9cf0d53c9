public import Schema

/// How a client calls a store: by the retailer's own id, or by ours. What reads as an id of ours is one.
public enum StoreReference: Equatable, Sendable {
    case id(StoreID)
    case externalID(String)

    public init(_ text: String) {
        self = StoreID(text).map(Self.id) ?? .externalID(text)
    }
}

/// How a client calls a buyer: by the CRM's id, or by ours.
public enum BuyerReference: Equatable, Sendable {
    case id(CustomerID)
    case externalID(String)

    public init(_ text: String) {
        self = ProfileID(text).map { .id($0.customerID) } ?? .externalID(text)
    }

    /// Whether a buyer of this id is added where none is known. What looks like an id of ours is nobody's CRM id.
    public var addsUnknown: Bool {
        switch self {
        case .id: false
        case .externalID(let text): !text.hasPrefix(ProfileSubject.idPrefix + "_")
        }
    }
}

/// A store that orders has heard of.
public struct KnownStore: Equatable, Sendable {
    public let id: StoreID
    public let externalID: String

    public init(id: StoreID, externalID: String) {
        self.id = id
        self.externalID = externalID
    }
}

/// A person that orders has heard of.
public struct KnownPerson: Equatable, Sendable {
    public let id: CustomerID
    /// nil where no client gave one.
    public let externalID: String?

    public init(id: CustomerID, externalID: String?) {
        self.id = id
        self.externalID = externalID
    }
}

/// What a list of sales is narrowed to.
public struct SaleFilter: Equatable, Sendable {
    public var store: StoreReference?
    public var buyer: BuyerReference?
    public var type: SaleType?
    /// The first instant.
    public var since: Timestamp?
    /// The first instant that is too late.
    public var until: Timestamp?

    public init() {}
}
