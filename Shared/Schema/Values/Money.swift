/// An exact amount of one currency.
///
/// In JSON: `{"amount": 100000, "currency": "EUR"}` with the amount in minor units.
public struct Money: Hashable, Sendable {
    /// The amount in the currency's smallest unit, such as cents.
    public var minorUnits: Int64
    /// What the amount is counted in.
    public var currency: Currency

    /// Makes an amount of minor units.
    public init(minorUnits: Int64, currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }
}

/// Why an amount could not be read or computed.
public enum MoneyError: Error, Hashable, Sendable {
    /// The text is not a plain decimal number.
    case notANumber
    /// The text has more digits after the point than the currency.
    case tooManyDigits
    /// The amount does not fit 64 bits of minor units.
    case outOfRange
    /// Amounts of two currencies cannot be added.
    case currencyMismatch
}

extension Money: Codable {
    enum CodingKeys: String, CodingKey {
        case minorUnits = "amount"
        case currency
    }
}

extension Money: CustomStringConvertible {
    /// The amount and the code, such as `1000.00 EUR`.
    public var description: String { "\(decimalString) \(currency.code)" }
}

/// Arithmetic throws where plain integers would trap: amounts come from clients.
extension Money {
    /// - Throws: ``MoneyError/currencyMismatch``, ``MoneyError/outOfRange``.
    public static func + (left: Money, right: Money) throws(MoneyError) -> Money {
        try left.combined(with: right) { $0.addingReportingOverflow($1) }
    }

    /// - Throws: ``MoneyError/currencyMismatch``, ``MoneyError/outOfRange``.
    public static func - (left: Money, right: Money) throws(MoneyError) -> Money {
        try left.combined(with: right) { $0.subtractingReportingOverflow($1) }
    }

    /// So many times the amount.
    ///
    /// - Throws: ``MoneyError/outOfRange``.
    public static func * (money: Money, factor: Int) throws(MoneyError) -> Money {
        let (product, overflow) = money.minorUnits.multipliedReportingOverflow(by: Int64(factor))
        guard !overflow else { throw .outOfRange }
        return Money(minorUnits: product, currency: money.currency)
    }

    private func combined(
        with other: Money, _ operation: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
    ) throws(MoneyError) -> Money {
        guard currency == other.currency else { throw .currencyMismatch }
        let (value, overflow) = operation(minorUnits, other.minorUnits)
        guard !overflow else { throw .outOfRange }
        return Money(minorUnits: value, currency: currency)
    }
}
