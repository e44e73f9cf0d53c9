/// A ZIP code of the United States: `90012`, `90012-3701` or `900123701`.
struct ZIPCode: Hashable {
    let five: String
    /// Empty where it was not given.
    let plus4: String

    init?(_ text: String) {
        var digits = text.filter { !$0.isWhitespace }
        if digits.count == 10, digits.dropFirst(5).first == "-" {
            digits.remove(at: digits.index(digits.startIndex, offsetBy: 5))
        }
        guard [5, 9].contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        five = String(digits.prefix(5))
        plus4 = String(digits.dropFirst(5))
    }

    /// The first three digits, which name a sorting center and with it a state.
    var prefix: Int { Int(five.prefix(3)) ?? 0 }
}
