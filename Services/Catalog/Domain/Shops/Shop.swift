public import Schema

/// A shop that customers walk into, as the retailer reports it.
public struct Shop: Equatable, Sendable {
    public let id: StoreID
    public let account: AccountID
    /// The sequence of the shop's latest event, starting at 1.
    public private(set) var sequence: Int64
    public private(set) var content: ShopContent
    public let createdAt: Timestamp
    public private(set) var updatedAt: Timestamp

    /// A shop reported for the first time.
    public init(_ content: ShopContent, of account: AccountID, at time: Timestamp) {
        self.init(id: StoreID(), account: account, sequence: 1, content: content, createdAt: time, updatedAt: time)
    }

    /// A shop as it was stored.
    public init(
        id: StoreID, account: AccountID, sequence: Int64, content: ShopContent, createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.sequence = sequence
        self.content = content
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Takes over what the retailer says; an address that is left out stays. Answers whether anything changed.
    public mutating func update(_ content: ShopContent, at time: Timestamp) -> Bool {
        var content = content
        content.address = content.address ?? self.content.address
        guard content != self.content else { return false }
        self.content = content
        sequence += 1
        updatedAt = max(time, updatedAt)
        return true
    }

    /// The shop as events carry it.
    public var snapshot: StoreSnapshot {
        StoreSnapshot(
            id: id, externalID: content.externalID, name: content.name, status: .active, address: content.address,
            createdAt: createdAt, updatedAt: updatedAt)
    }
}

/// What a retailer says of a shop.
public struct ShopContent: Equatable, Sendable {
    /// The retailer's own id of the shop, unique within the account.
    public let externalID: String
    public let name: String
    public var address: StoreAddress?

    public init(externalID: String, name: String, address: StoreAddress?) {
        self.externalID = externalID
        self.name = name
        self.address = address
    }
}
