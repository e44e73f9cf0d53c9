import FoundationEssentials
public import Schema

extension HealthSuite {
    /// A successful answer: `{success: true, message, data}`; without a message where the operation has none.
    public struct Answer<Data: Encodable & Sendable>: Encodable, Sendable {
        public let success = true
        public let message: String?
        public let data: Data

        public init(_ data: Data, message: String? = nil) {
            self.data = data
            self.message = message
        }

        enum CodingKeys: String, CodingKey { case success, message, data }
    }

    /// A time as most answers show it, in UTC: `2025-03-24 13:47:44`.
    public static func dateTime(_ time: Timestamp) -> String {
        String(time.rfc3339.prefix(19)).replacing("T", with: " ")
    }

    /// A customer's id: a UUID.
    public static func text(_ id: CustomerID) -> String { id.uuid.uuidString.lowercased() }

    /// How a charge was paid, as transactions show it: one on a saved card is paid by card, as the saved example of an upsell
    /// has it.
    public static func paymentMethod(_ method: PaymentMethod, hasCard: Bool) -> String {
        (method == .onfile && hasCard ? .card : method).rawValue
    }

    /// An amount as a number of the currency's major unit, exact: 289.98.
    public static func number(_ money: Money) -> JSONValue {
        JSONNumber(money.decimalString).map { .number($0) } ?? .null
    }
}
