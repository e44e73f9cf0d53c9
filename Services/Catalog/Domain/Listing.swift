public import Schema

/// An item that a dealer offers, with the stock published and what matched orders took of it.
///
/// Each mutating method answers whether anything changed; a change takes the next sequence number for its event.
public struct Listing: Equatable, Sendable {
    public let id: ListingID
    public let account: AccountID
    /// The sequence of the listing's latest event, starting at 1.
    public private(set) var sequence: Int64
    public private(set) var content: ListingContent
    /// Pieces that matched orders took.
    public private(set) var allocated: Int
    /// What only the clienteling API knows, by its names.
    public private(set) var retail: [String: JSONValue]
    public let createdAt: Timestamp
    public private(set) var updatedAt: Timestamp

    /// A listing published for the first time.
    public init(
        publishing content: ListingContent, retail: [String: JSONValue] = [:], for account: AccountID,
        at time: Timestamp
    ) {
        self.init(
            id: ListingID(), account: account, sequence: 1, content: content, allocated: 0,
            retail: [:].updated(with: retail),
            createdAt: time, updatedAt: time)
    }

    /// A listing as it was stored.
    public init(
        id: ListingID, account: AccountID, sequence: Int64, content: ListingContent, allocated: Int,
        retail: [String: JSONValue] = [:], createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.sequence = sequence
        self.content = content
        self.allocated = allocated
        self.retail = retail
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Pieces that an order can still take.
    public var available: Int {
        content.isOffered ? max(content.quantity - allocated, 0) : 0
    }

    /// A listing is sold when matched orders have taken all of it; more stock or a cancelled order brings it back.
    public var status: ListingStatus {
        guard content.isOffered else { return .inactive }
        return available > 0 ? .active : .sold
    }

    /// Replaces what the dealer published, and adds to what only the clienteling API knows. Stock that orders have taken
    /// stays taken.
    public mutating func publish(
        _ content: ListingContent, retail: [String: JSONValue] = [:], at time: Timestamp
    ) -> Bool {
        let retail = self.retail.updated(with: retail)
        guard content != self.content || retail != self.retail else { return false }
        self.content = content
        self.retail = retail
        change(at: time)
        return true
    }

    /// Sets up to `quantity` pieces aside for an order and answers how many; an order may ask for more than the stock,
    /// since the dealer's site has sold it already, but the last piece goes to one order only. Zero means none is left.
    public mutating func allocate(_ quantity: Int, at time: Timestamp) -> Int {
        let taken = min(quantity, available)
        guard taken > 0 else { return 0 }
        allocated += taken
        change(at: time)
        return taken
    }

    /// Gives back what an order took.
    public mutating func release(_ quantity: Int, at time: Timestamp) {
        allocated = max(allocated - quantity, 0)
        change(at: time)
    }

    private mutating func change(at time: Timestamp) {
        sequence += 1
        updatedAt = max(time, updatedAt)
    }
}
