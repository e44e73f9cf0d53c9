public import Schema

/// A shop that customers walk into, as the retailer reports it.
public struct Shop: Equatable, Sendable {
    public let id: StoreID
    public let account: AccountID
    /// The sequence of the shop's latest event, starting at 1.
    public private(set) var sequence: Int64
    public private(set) var content: ShopContent
    /// What only the clienteling API knows, by its names; `address` in its own words, for as long as it is the same.
    public private(set) var retail: [String: JSONValue]
    public let createdAt: Timestamp
    public private(set) var updatedAt: Timestamp

    /// A shop reported for the first time.
    public init(
        _ content: ShopContent, retail: [String: JSONValue] = [:], of account: AccountID, at time: Timestamp
    ) {
        self.init(
            id: StoreID(), account: account, sequence: 1, content: content, retail: [:].updated(with: retail),
            createdAt: time, updatedAt: time)
    }

    /// A shop as it was stored.
    public init(
        id: StoreID, account: AccountID, sequence: Int64, content: ShopContent,
        retail: [String: JSONValue] = [:], createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.sequence = sequence
        self.content = content
        self.retail = retail
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Takes over what the retailer says; an address that is left out stays. Answers whether anything changed.
    public mutating func update(_ content: ShopContent, at time: Timestamp) -> Bool {
        var content = content
        content.address = content.address ?? self.content.address
        var retail = retail
        if content.address != self.content.address { retail["address"] = nil }
        return change(to: content, retail, at: time)
    }

    /// Takes over what a client of the clienteling API says; what it leaves out stays. Answers whether anything changed.
    mutating func update(_ store: RetailStore, at time: Timestamp) -> Bool {
        let content = ShopContent(
            externalID: content.externalID, name: store.name ?? content.name,
            address: store.address ?? content.address)
        return change(to: content, retail.updated(with: store.retail), at: time)
    }

    private mutating func change(to content: ShopContent, _ retail: [String: JSONValue], at time: Timestamp) -> Bool {
        guard content != self.content || retail != self.retail else { return false }
        self.content = content
        self.retail = retail
        sequence += 1
        updatedAt = max(time, updatedAt)
        return true
    }

    /// The shop as events carry it, with what only the clienteling API knows sealed.
    public func snapshot(sealedWith keyring: DataKeyring) throws -> StoreSnapshot {
        var store = snapshot
        if !retail.isEmpty { store.retail = try keyring.seal(.object(retail)) }
        return store
    }

    /// The shop as most APIs know it.
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
