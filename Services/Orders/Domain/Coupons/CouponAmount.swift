import Schema

/// An amount or a percentage of a coupon, exact to four decimals.
///
/// A coupon has no currency of its own: an amount is in the major unit of whatever currency a cart is in.
struct CouponAmount: Hashable, Comparable, Codable, Sendable {
    /// The amount times ``scale``.
    let scaled: Int64

    static let decimals = 4
    static let scale: Int64 = 10_000
    static let zero = CouponAmount(scaled: 0)

    init(scaled: Int64) {
        self.scaled = scaled
    }

    /// Reads `25` or `12.5`: zero or more, of at most ten digits. What comes after four decimals is rounded, since clients
    /// compute in binary and send 0.30000000000000004 for 0.3.
    init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? parts[1] : "0"
        guard let whole = parts.first, (1...10).contains(whole.count), !fraction.isEmpty,
            (whole + fraction).utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let scaled = Int64(whole + (fraction + "0000").prefix(Self.decimals))
        else { return nil }
        let isRoundedUp = fraction.dropFirst(Self.decimals).first.map { $0 >= "5" } ?? false
        self.scaled = isRoundedUp ? scaled + 1 : scaled
    }

    /// With two decimals or more: `25.00`, `0.125`.
    var text: String {
        let (whole, fraction) = digits(atLeast: 2)
        return "\(whole).\(fraction)"
    }

    /// As short as it can be: `25`, `37.5`.
    var shortText: String {
        let (whole, fraction) = digits(atLeast: 0)
        return fraction.isEmpty ? whole : "\(whole).\(fraction)"
    }

    /// The amount in a currency's minor units, halves rounded up.
    func minorUnits(of currency: Currency) -> Int64 {
        var divisor: Int64 = 1
        for _ in currency.minorUnitDigits..<max(Self.decimals, currency.minorUnitDigits) { divisor *= 10 }
        return (scaled + divisor / 2) / divisor
    }

    static func < (left: CouponAmount, right: CouponAmount) -> Bool { left.scaled < right.scaled }

    init(from decoder: any Decoder) throws {
        scaled = try decoder.singleValueContainer().decode(Int64.self)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(scaled)
    }

    private func digits(atLeast minimum: Int) -> (whole: String, fraction: String) {
        var fraction = String(Self.scale + scaled % Self.scale).dropFirst()
        while fraction.count > minimum, fraction.last == "0" { fraction.removeLast() }
        return (String(scaled / Self.scale), String(fraction))
    }
}
