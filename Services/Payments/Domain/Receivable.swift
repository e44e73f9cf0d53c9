public import Schema

/// What an account is owed for an order.
public struct Receivable: Equatable, Sendable {
    public let id: ReceivableID
    public let account: AccountID
    public let order: OrderID
    /// The sequence of the receivable's latest event, starting at 1.
    public private(set) var sequence: Int64
    public private(set) var status: ReceivableStatus
    public let amount: Money
    public let createdAt: Timestamp
    public private(set) var updatedAt: Timestamp

    /// The receivable that a placed order gives rise to.
    public init(for order: OrderID, of account: AccountID, amount: Money, at time: Timestamp) {
        self.init(
            id: ReceivableID(), account: account, order: order, sequence: 1, status: .open, amount: amount,
            createdAt: time, updatedAt: time)
    }

    /// A receivable as it was stored.
    public init(
        id: ReceivableID, account: AccountID, order: OrderID, sequence: Int64, status: ReceivableStatus, amount: Money,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.order = order
        self.sequence = sequence
        self.status = status
        self.amount = amount
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The order is off: nothing is owed any more. Answers whether that is news.
    public mutating func void(at time: Timestamp) -> Bool {
        guard status == .open else { return false }
        status = .voided
        sequence += 1
        updatedAt = max(time, updatedAt)
        return true
    }
}

/// Where a receivable stands.
public enum ReceivableStatus: String, Codable, Sendable {
    case open
    case voided
}
