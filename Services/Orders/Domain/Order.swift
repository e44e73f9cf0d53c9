public import Schema

/// An order as a channel reported it, and how far it has come.
///
/// The mutating methods are the whole life of an order. Each answers whether anything changed, so that a repeated
/// event or request has no second effect, and each change takes the next sequence number for the event that tells it.
public struct Order: Equatable, Sendable {
    public let id: OrderID
    public let account: AccountID
    /// The sequence of the order's latest event, starting at 1.
    public private(set) var sequence: Int64
    public private(set) var status: OrderStatus
    public let channelOrderID: String
    public let externalID: String?
    public let total: Money
    public let lines: [OrderLine]
    public private(set) var buyer: Buyer?
    public let metadata: JSONValue?
    public private(set) var orderedAt: Timestamp
    public let createdAt: Timestamp
    public private(set) var updatedAt: Timestamp
    /// What has become of it since it was sold.
    public private(set) var aftersales: Aftersales
    /// What only the clienteling API knows, by its names.
    public private(set) var retail: [String: JSONValue]

    /// An order that was just reported: pending until catalog has tried to match it.
    public init(
        placing order: NewOrder, retail: [String: JSONValue] = [:], for account: AccountID, at time: Timestamp
    ) {
        self.init(
            id: OrderID(), account: account, sequence: 1, status: .pending, channelOrderID: order.channelOrderID,
            externalID: order.externalID, total: order.total, lines: order.lines, buyer: order.buyer,
            metadata: order.metadata, orderedAt: order.orderedAt ?? time, createdAt: time, updatedAt: time,
            retail: [:].updated(with: retail))
    }

    /// An order as it was stored.
    public init(
        id: OrderID, account: AccountID, sequence: Int64, status: OrderStatus, channelOrderID: String,
        externalID: String?, total: Money, lines: [OrderLine], buyer: Buyer?, metadata: JSONValue?,
        orderedAt: Timestamp, createdAt: Timestamp, updatedAt: Timestamp, aftersales: Aftersales = Aftersales(),
        retail: [String: JSONValue] = [:]
    ) {
        self.id = id
        self.account = account
        self.sequence = sequence
        self.status = status
        self.channelOrderID = channelOrderID
        self.externalID = externalID
        self.total = total
        self.lines = lines
        self.buyer = buyer
        self.metadata = metadata
        self.orderedAt = orderedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.aftersales = aftersales
        self.retail = retail
    }

    /// Every line found its listing. An order that was cancelled in the meantime stays cancelled.
    public mutating func match(at time: Timestamp) -> Bool {
        guard status == .pending else { return false }
        change(to: .matched, at: time)
        return true
    }

    /// Some line found no listing, or none with stock left.
    public mutating func leaveUnmatched(at time: Timestamp) -> Bool {
        guard status == .pending else { return false }
        change(to: .unmatched, at: time)
        return true
    }

    /// The order is off. Cancelling twice is a no-op.
    public mutating func cancel(at time: Timestamp) -> Bool {
        guard status != .cancelled else { return false }
        change(to: .cancelled, at: time)
        return true
    }

    /// Something came back or was sent.
    public mutating func modify(_ aftersales: Aftersales, at time: Timestamp) {
        self.aftersales = aftersales
        change(to: status, at: time)
    }

    /// Takes over what a client of the clienteling API says of the order and its buyer. Answers whether anything changed.
    mutating func describe(_ said: RetailOrder, at time: Timestamp) -> Bool {
        var order = self
        order.buyer = said.buyer.map { (buyer ?? Buyer()).updated(with: $0) } ?? buyer
        order.orderedAt = said.orderedAt ?? orderedAt
        order.retail = retail.updated(with: said.retail)
        guard order != self else { return false }
        order.change(to: status, at: time)
        self = order
        return true
    }

    private mutating func change(to status: OrderStatus, at time: Timestamp) {
        self.status = status
        sequence += 1
        updatedAt = max(time, updatedAt)
    }
}
