/// A currency of ISO 4217.
public struct Currency: Hashable, Sendable {
    /// The alphabetic code, such as `EUR`.
    public let code: String
    /// Digits after the decimal point: 0, 2, 3 or 4.
    public let minorUnitDigits: Int

    /// Looks up an alphabetic code in ISO 4217's list of active currencies. Nil for others and for lower case.
    public init?(_ code: String) {
        guard let digits = Currency.digitsByCode[code] else { return nil }
        self.init(code: code, minorUnitDigits: digits)
    }

    private init(code: String, minorUnitDigits: Int) {
        self.code = code
        self.minorUnitDigits = minorUnitDigits
    }

    /// The euro.
    public static let eur = Currency(code: "EUR", minorUnitDigits: 2)
    /// The US dollar.
    public static let usd = Currency(code: "USD", minorUnitDigits: 2)

    /// Every active currency, ordered by code.
    public static let all: [Currency] = digitsByCode.sorted { $0.key < $1.key }
        .map { Currency(code: $0.key, minorUnitDigits: $0.value) }

    /// The currency's sign as English text shows it before an amount, or nil where the code is shown instead.
    public var symbol: String? { Currency.symbols[code] }
}

extension Currency: CustomStringConvertible {
    /// The alphabetic code.
    public var description: String { code }
}

extension Currency: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let currency = Currency(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected an ISO 4217 currency code")
        }
        self = currency
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(code)
    }
}
