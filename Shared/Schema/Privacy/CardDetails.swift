/// A payment card as the buyer typed it. It leaves the process that received it only as ``SealedCard``.
///
/// Its descriptions show nothing, so that no log line or error text can.
public struct CardDetails: Codable, Hashable, Sendable {
    /// The digits, without spaces.
    public var number: String
    /// 1 to 12.
    public var expiryMonth: Int
    /// Four digits.
    public var expiryYear: Int
    /// The card verification value.
    public var verificationValue: String

    /// Makes a card from its parts.
    public init(number: String, expiryMonth: Int, expiryYear: Int, verificationValue: String) {
        self.number = number
        self.expiryMonth = expiryMonth
        self.expiryYear = expiryYear
        self.verificationValue = verificationValue
    }

    enum CodingKeys: String, CodingKey {
        case number
        case expiryMonth = "exp_month"
        case expiryYear = "exp_year"
        case verificationValue = "cvv"
    }
}

extension CardDetails: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Not the card.
    public var description: String { "CardDetails(…)" }
    /// Not the card either.
    public var debugDescription: String { description }
    /// Empty, for `dump` and test reports.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
