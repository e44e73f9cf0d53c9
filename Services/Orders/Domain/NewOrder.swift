public import Schema

/// A valid report of an order, before it has an identity.
public struct NewOrder: Equatable, Sendable {
    public let channelOrderID: String
    public let externalID: String?
    /// The sum over all lines of quantity times unit amount.
    public let total: Money
    public let lines: [OrderLine]
    public let buyer: Buyer?
    public let metadata: JSONValue?
    /// When the order was placed on the channel; nil means now.
    public let orderedAt: Timestamp?

    /// - Throws: `MoneyError.outOfRange` if the total does not fit in 64 bits of minor units.
    public init(
        channelOrderID: String, externalID: String?, currency: Currency, lines: [OrderLine], buyer: Buyer?,
        metadata: JSONValue?, orderedAt: Timestamp?
    ) throws(MoneyError) {
        var total = Money(minorUnits: 0, currency: currency)
        for line in lines {
            let amount = try Money(minorUnits: line.unitAmount, currency: currency) * line.quantity
            total = try total + amount
        }
        self.channelOrderID = channelOrderID
        self.externalID = externalID
        self.total = total
        self.lines = lines
        self.buyer = buyer
        self.metadata = metadata
        self.orderedAt = orderedAt
    }
}
