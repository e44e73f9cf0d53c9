/// A mail address by the part of RFC 5321 and RFC 5322 that mailboxes really use: a dot-atom, `@` and a domain name.
///
/// Quoted local parts, comments and address literals are lawful there, but no buyer's mailbox has them.
struct EmailAddress: Hashable, Sendable {
    /// In lower case: no mailbox provider tells capitals apart.
    let localPart: String
    /// In lower case.
    let domain: String

    /// - Returns: Nil for anything else.
    init?(_ text: String) {
        guard text.utf8.count <= 254 else { return nil }
        let parts = text.lowercased().split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isLocalPart(parts[0]), Self.isDomain(parts[1]) else { return nil }
        localPart = String(parts[0])
        domain = String(parts[1])
    }

    private static func isLocalPart(_ text: Substring) -> Bool {
        guard 1...64 ~= text.utf8.count else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.allSatisfy { $0.isLetterOrDigit || "!#$%&'*+-/=?^_`{|}~".contains($0) }
        }
    }

    private static func isDomain(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, text.utf8.count <= 253, labels.allSatisfy(isLabel) else { return false }
        // Top-level domains have no digits, so that no IP address is taken for a name (RFC 3696, section 2).
        return labels.last.map { ($0.count >= 2 && $0.allSatisfy(\.isLetter)) || $0.hasPrefix("xn--") } == true
    }

    private static func isLabel(_ label: Substring) -> Bool {
        1...63 ~= label.utf8.count && label.first != "-" && label.last != "-"
            && label.allSatisfy { $0.isLetterOrDigit || $0 == "-" }
    }

    /// The domain and those above it, down to two labels: `a.b.example.com`, `b.example.com`, `example.com`.
    var domains: [String] {
        let labels = domain.split(separator: ".")
        return (0..<max(1, labels.count - 1)).map { labels[$0...].joined(separator: ".") }
    }
}

extension Character {
    fileprivate var isLetterOrDigit: Bool { isASCII && (isLetter || isNumber) || !isASCII && isLetter }
}
