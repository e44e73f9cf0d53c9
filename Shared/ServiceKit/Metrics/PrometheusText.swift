/// Writes the text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
struct PrometheusText {
    private(set) var bytes: [UInt8] = []

    /// The header of a family: `# HELP` where there is a help text, and `# TYPE`.
    mutating func family(_ name: String, type: String, help: String?) {
        if let help { append("# HELP \(name) \(Self.escaped(help, quotes: false))\n") }
        append("# TYPE \(name) \(type)\n")
    }

    /// One sample. `labels` is the rendered text of ``labels(_:)``, `le` the upper bound of a histogram's bucket.
    mutating func sample(_ name: String, _ labels: String, le: String? = nil, _ value: Double) {
        append(name)
        let all = [labels, le.map { "le=\"\($0)\"" } ?? ""].filter { !$0.isEmpty }
        if !all.isEmpty { append("{\(all.joined(separator: ","))}") }
        append(" \(Self.number(value))\n")
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// `method="GET",route="/v1/orders"`.
    static func labels(_ pairs: [(String, String)]) -> String {
        pairs.map { "\(name($0.0, isLabel: true))=\"\(escaped($0.1, quotes: true))\"" }.joined(separator: ",")
    }

    /// Backslash and newline are escaped everywhere, the quote only inside label values.
    static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += #"\\"#
            case "\n": result += #"\n"#
            case "\"" where quotes: result += #"\""#
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    /// A legal name: `[a-zA-Z_:][a-zA-Z0-9_:]*`, without the colon for a label. Other characters become `_`.
    static func name(_ text: String, isLabel: Bool = false) -> String {
        var result = ""
        for character in text.unicodeScalars {
            let isDigit = ("0"..."9").contains(character)
            let isLetter = ("a"..."z").contains(character) || ("A"..."Z").contains(character)
            if isDigit, result.isEmpty { result = "_" }
            result.unicodeScalars.append(
                isDigit || isLetter || (character == ":" && !isLabel) ? character : "_")
        }
        return result.isEmpty ? "_" : result
    }

    /// Whole numbers without a fraction, `+Inf`, `-Inf`, `NaN`, else the shortest text that reads back the same.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: value).map(String.init) ?? value.description
    }
}
