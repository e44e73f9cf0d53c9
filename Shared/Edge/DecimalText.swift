import FoundationEssentials

/// An amount as a client wrote it: a decimal string (`"125.00"`) or a JSON number, never through binary floating point.
public struct DecimalText: Decodable, Equatable, Sendable {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self.text = text
        } else {
            text = try container.decode(Decimal.self).description
        }
    }
}
