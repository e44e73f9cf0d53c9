extension Money {
    /// Reads a decimal amount such as `1000.00`, digit by digit; no floating point is involved.
    ///
    /// Accepted is `-?[0-9]+(\.[0-9]+)?`: no sign `+`, no spaces, no separators of thousands, no exponent.
    ///
    /// - Throws: ``MoneyError``: `notANumber`, `tooManyDigits` (even if the surplus ones are zeros), `outOfRange`.
    public init(decimal text: String, currency: Currency) throws(MoneyError) {
        var magnitude: UInt64 = 0
        var isNegative = false
        var wholeDigits = 0
        var fractionDigits: Int?
        var isTooLarge = false

        func append(_ digit: UInt64) {
            let (scaled, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, overflowOfSum) = scaled.addingReportingOverflow(digit)
            magnitude = sum
            isTooLarge = isTooLarge || overflow || overflowOfSum
        }

        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if let digits = fractionDigits { fractionDigits = digits + 1 } else { wholeDigits += 1 }
                append(UInt64(byte - UInt8(ascii: "0")))
            case UInt8(ascii: "-") where index == 0:
                isNegative = true
            case UInt8(ascii: ".") where wholeDigits > 0 && fractionDigits == nil:
                fractionDigits = 0
            default:
                throw .notANumber
            }
        }
        guard wholeDigits > 0, fractionDigits != 0 else { throw .notANumber }
        let digits = fractionDigits ?? 0
        guard digits <= currency.minorUnitDigits else { throw .tooManyDigits }
        for _ in digits..<currency.minorUnitDigits { append(0) }

        let limit = Int64.max.magnitude + (isNegative ? 1 : 0)
        guard !isTooLarge, magnitude <= limit else { throw .outOfRange }
        let value = Int64(truncatingIfNeeded: magnitude)
        self.init(minorUnits: isNegative ? 0 &- value : value, currency: currency)
    }

    /// Reads a decimal amount, rounding what is finer than the currency to its nearest minor unit, halves away from zero.
    ///
    /// Clients compute in binary and send 89.97000000000001 for 89.97, or 1000.00 for a thousand yen.
    ///
    /// - Throws: ``MoneyError``: `notANumber`, `outOfRange`.
    public init(rounding text: String, currency: Currency) throws(MoneyError) {
        let bytes = text.utf8
        let point = bytes.firstIndex(of: UInt8(ascii: ".")) ?? bytes.endIndex
        let fraction = bytes[point...].dropFirst()
        let surplus = fraction.dropFirst(currency.minorUnitDigits)
        guard let digit = surplus.first else {
            try self.init(decimal: text, currency: currency)
            return
        }
        guard surplus.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else { throw .notANumber }
        // Without its fraction, an amount of yen has no point either.
        let kept = text[..<surplus.startIndex]
        try self.init(
            decimal: String(currency.minorUnitDigits == 0 ? kept.dropLast() : kept), currency: currency)
        if digit >= UInt8(ascii: "5") {
            self = try self + Money(minorUnits: text.hasPrefix("-") ? -1 : 1, currency: currency)
        }
    }

    /// The amount as a plain decimal with all digits of the currency: `1000.00`, `-0.05`, `1000` (JPY).
    public var decimalString: String {
        let (whole, fraction) = digits
        return sign + (fraction.isEmpty ? whole : "\(whole).\(fraction)")
    }

    /// The amount for people, in English: `€1,000.00`, `-$0.05`, `CHF 1,000.00` (with a no-break space).
    public var formatted: String {
        let (whole, fraction) = digits
        var grouped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { grouped.append(",") }
            grouped.append(digit)
        }
        // A sign that ends in a letter would run into the digits.
        let symbol = currency.symbol ?? currency.code
        let space = symbol.last?.isLetter == true ? "\u{A0}" : ""
        return sign + symbol + space + (fraction.isEmpty ? grouped : "\(grouped).\(fraction)")
    }

    private var sign: String { minorUnits < 0 ? "-" : "" }

    private var digits: (whole: String, fraction: String) {
        let digits = String(minorUnits.magnitude)
        let count = currency.minorUnitDigits
        let padded = String(repeating: "0", count: max(0, count + 1 - digits.count)) + digits
        return (String(padded.dropLast(count)), String(padded.suffix(count)))
    }
}
