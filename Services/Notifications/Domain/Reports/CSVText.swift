/// Comma-separated values (RFC 4180) that spreadsheets open without running anything that is in them.
struct CSVText: Sendable {
    private(set) var text = ""

    /// Adds a line.
    mutating func add(_ fields: [String?]) {
        text += fields.map { Self.field($0 ?? "") }.joined(separator: ",")
        text += "\r\n"
    }

    /// A text that a spreadsheet would take for a formula is kept from being one by an apostrophe.
    private static func field(_ text: String) -> String {
        let isFormula = text.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
        let harmless = isFormula ? "'" + text : text
        guard harmless.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return harmless }
        return "\"\(harmless.replacing("\"", with: "\"\""))\""
    }
}
