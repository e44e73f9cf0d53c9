/// A rate of tax, exact to a millionth: 0.0875 is 8.75 percent.
struct TaxRate: Hashable, Sendable {
    /// 87,500 is 8.75 percent; from 0 to ``whole``.
    let millionths: Int64

    /// As many millionths as there are in everything.
    static let whole: Int64 = 1_000_000
    private static let digits = 6

    /// - Parameter millionths: From 0 to ``whole``.
    init(millionths: Int64) {
        precondition((0...Self.whole).contains(millionths))
        self.millionths = millionths
    }

    /// Reads `0.0875`. nil for what is no decimal from 0 to 1; digits beyond the sixth are cut.
    init?(decimal text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isASCIIDigit) }) else {
            return nil
        }
        let fraction = parts.count == 2 ? parts[1].prefix(Self.digits) : ""
        let padding = String(repeating: "0", count: Self.digits - fraction.count)
        guard let value = Int64(parts[0] + fraction + padding), value <= Self.whole else { return nil }
        millionths = value
    }

    /// The rate that makes `tax` of `amount`, rounded; none of nothing.
    init(of tax: Int64, in amount: Int64) {
        let share = amount > 0 && (0...amount).contains(tax) ? tax.part(of: amount, times: Self.whole) : 0
        millionths = share
    }

    /// The tax on an amount, half a minor unit rounded up.
    ///
    /// - Parameter amount: Zero or more.
    func tax(on amount: Int64) -> Int64 {
        amount.part(of: Self.whole, times: millionths)
    }

    /// Without needless zeros: `0.0875`, `0`.
    var decimal: String {
        let text = String(millionths)
        let padded = String(repeating: "0", count: max(0, Self.digits + 1 - text.count)) + text
        var fraction = padded.suffix(Self.digits)
        while fraction.last == "0" { fraction.removeLast() }
        let whole = padded.dropLast(Self.digits)
        return fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
    }
}

extension Int64 {
    /// This number × `factor` ÷ `divisor` without overflow on the way, rounded half up.
    ///
    /// - Parameters:
    ///   - divisor: Above zero.
    ///   - factor: From 0 to a bound that keeps the result within range.
    func part(of divisor: Int64, times factor: Int64) -> Int64 {
        let (quotient, remainder) = divisor.dividingFullWidth(multipliedFullWidth(by: factor))
        return remainder >= divisor - remainder ? quotient + 1 : quotient
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
