/// Reads `Accept` headers (RFC 9110, 12.5.1).
enum MediaRange {
    /// Whether some range of the list covers the type and is not ruled out by `q=0`.
    static func anyCovers(_ type: String, _ subtype: String, in header: String) -> Bool {
        let wanted = ["\(type)/\(subtype)", "\(type)/*", "*/*"]
        return header.lowercased().split(separator: ",").contains { range in
            let parts = range.split(separator: ";").map { part in part.filter { !$0.isWhitespace } }
            guard let name = parts.first, wanted.contains(name) else { return false }
            return !parts.dropFirst().contains { part in
                part.hasPrefix("q=0") && part.dropFirst(3).allSatisfy { $0 == "." || $0 == "0" }
            }
        }
    }
}
