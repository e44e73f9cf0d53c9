import Schema

extension ConfigurationTable {
    /// The table as the README shows it, between `<!-- configuration -->` and `<!-- /configuration -->`.
    ///
    /// - Returns: GitHub-flavoured Markdown that ends with a newline.
    public static func markdown() -> String {
        var lines = ["| variable | default | services | meaning |", "|---|---|---|---|"]
        for key in all {
            let cells = [
                "`\(key.name)`",
                key.defaultValue.map { $0.isEmpty ? "empty" : "`\($0)`" } ?? "required",
                key.services.count == ServiceName.allCases.count
                    ? "all" : key.services.map(\.rawValue).joined(separator: ", "),
                key.summary + (key.isSecret ? " (secret)" : ""),
            ]
            // A pipe would end the cell early, in backticks too.
            lines.append("| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
