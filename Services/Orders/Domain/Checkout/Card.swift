import Schema

/// The brands that are recognised, by what their numbers begin with (ISO/IEC 7812).
enum CardBrand: String, Sendable, CaseIterable {
    case visa, mastercard, amex, discover, diners, jcb, maestro, unionpay
}

/// A card number that can be one: digits of the right count whose check digit is right.
///
/// It describes itself masked, so that no log line or error text shows it.
struct CardNumber: Hashable, Sendable, CustomStringConvertible {
    let digits: String
    let brand: CardBrand

    /// Takes a number as buyers type it, with spaces or hyphens; nil if it is none.
    init?(_ text: String) {
        let digits = text.filter { $0 != " " && $0 != "-" }
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            (12...19).contains(digits.utf8.count), let brand = Self.brand(of: digits),
            Self.lengths(of: brand).contains(digits.utf8.count), Self.hasValidCheckDigit(digits)
        else { return nil }
        self.digits = digits
        self.brand = brand
    }

    var firstSix: String { String(digits.prefix(6)) }
    var lastFour: String { String(digits.suffix(4)) }
    var description: String { "•••• \(lastFour)" }

    /// How many digits the card's verification value has.
    var verificationDigits: ClosedRange<Int> { brand == .amex ? 4...4 : 3...3 }

    /// The Luhn check (ISO/IEC 7812-1, annex B): from the right, every second digit counts double, and of two digits both.
    private static func hasValidCheckDigit(_ digits: String) -> Bool {
        let sum = digits.utf8.reversed().enumerated().reduce(0) { sum, element in
            let digit = Int(element.element - UInt8(ascii: "0"))
            let doubled = digit * 2
            return sum + (element.offset.isMultiple(of: 2) ? digit : doubled > 9 ? doubled - 9 : doubled)
        }
        return sum.isMultiple(of: 10)
    }

    private static func brand(of digits: String) -> CardBrand? {
        func leading(_ count: Int) -> Int { Int(digits.prefix(count)) ?? 0 }
        switch leading(4) {
        case 2221...2720, 5100...5599: return .mastercard
        case 3528...3589: return .jcb
        case 6011, 6440...6599: return .discover
        case 3000...3059, 3095, 3600...3699, 3800...3999: return .diners
        case 4000...4999: return .visa
        default: break
        }
        switch leading(2) {
        case 34, 37: return .amex
        case 62, 81: return .unionpay
        case 50, 56...58, 60...61, 63...69: return .maestro
        default: return nil
        }
    }

    private static func lengths(of brand: CardBrand) -> Set<Int> {
        switch brand {
        case .visa: [13, 16, 19]
        case .mastercard: [16]
        case .amex: [15]
        case .diners: [14, 15, 16, 17, 18, 19]
        case .discover, .jcb: [16, 17, 18, 19]
        case .maestro: [12, 13, 14, 15, 16, 17, 18, 19]
        case .unionpay: [16, 17, 18, 19]
        }
    }
}

/// The month in which a card ends.
struct CardExpiry: Hashable, Sendable {
    /// 1 to 12.
    let month: Int
    /// Four digits.
    let year: Int

    /// Reads `MM/YY`, `MMYY`, `MM/YYYY` or `MMYYYY`.
    init?(_ text: String) {
        let digits = text.filter { $0 != "/" && $0 != " " }
        guard digits.utf8.count == 4 || digits.utf8.count == 6, text.count(where: { $0 == "/" }) <= 1 else {
            return nil
        }
        self.init(month: String(digits.prefix(2)), year: String(digits.dropFirst(2)))
    }

    /// Takes a month of two digits (one will do) and a year of two or four.
    init?(month: String, year: String) {
        guard (1...2).contains(month.utf8.count), [2, 4].contains(year.utf8.count), let month = Self.number(month),
            let year = Self.number(year), (1...12).contains(month)
        else { return nil }
        self.month = month
        self.year = year < 100 ? 2000 + year : year
    }

    /// Whether the card can be used at a time: until the end of its month, wherever it is read on earth.
    func isValid(at time: Timestamp) -> Bool {
        // The last time zone enters a month 12 hours after UTC.
        let text = (time - .seconds(12 * 3600)).rfc3339
        guard let nowYear = Int(text.prefix(4)), let nowMonth = Int(text.dropFirst(5).prefix(2)) else { return false }
        return (year, month) >= (nowYear, nowMonth) && year <= nowYear + 50
    }

    private static func number(_ text: String) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }
}
