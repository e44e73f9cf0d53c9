/// One measured figure beside the mark it should reach.
struct Figure: Encodable, Sendable {
    enum Mark: Sendable {
        case atLeast(Double)
        case atMost(Double)
    }

    let name: String
    /// What was measured, in `unit`.
    let value: Double
    let unit: String
    /// What the value is compared with, taken in the same run; nil if the mark is for the value itself.
    let bound: Double?
    let mark: Mark

    /// The value in terms of the bound.
    var ratio: Double? { bound.map { $0 > 0 ? value / $0 : 0 } }

    var met: Bool {
        let compared = ratio ?? value
        return switch mark {
        case .atLeast(let limit): compared >= limit
        case .atMost(let limit): compared <= limit
        }
    }

    var markText: String {
        let times = bound == nil ? "" : " ×"
        return switch mark {
        case .atLeast(let limit): "≥ \(Self.text(limit))\(times)"
        case .atMost(let limit): "≤ \(Self.text(limit))\(times)"
        }
    }

    enum CodingKeys: String, CodingKey {
        case name, value, unit, bound, ratio, mark, met
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(value, forKey: .value)
        try container.encode(unit, forKey: .unit)
        try container.encode(bound, forKey: .bound)
        try container.encode(ratio, forKey: .ratio)
        try container.encode(markText, forKey: .mark)
        try container.encode(met, forKey: .met)
    }

    /// A number with as many digits as say something.
    static func text(_ number: Double) -> String {
        if number >= 100 || number == number.rounded() { return "\(Int(number.rounded()))" }
        return "\((number * 100).rounded() / 100)"
    }

    /// The row of a Markdown table.
    var row: String {
        let compared = bound.map { "\(Self.text($0)) \(unit)" } ?? ""
        let ratio = ratio.map(Self.text) ?? ""
        return
            "| \(name) | \(Self.text(value)) \(unit) | \(compared) | \(ratio) | \(markText) | \(met ? "yes" : "no") |"
    }
}

extension [Double] {
    /// The middle one.
    var median: Double { isEmpty ? 0 : sorted()[count / 2] }
}
