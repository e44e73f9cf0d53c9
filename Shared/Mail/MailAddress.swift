/// Somebody who sends or receives mail.
public struct MailAddress: Hashable, Sendable {
    /// What readers see; nil for the bare address.
    public let name: String?
    /// `local@domain`, checked: nothing in it needs quoting.
    public let address: String

    /// Nil for an address that is no plain `local@domain` of ASCII characters (RFC 5322, `dot-atom`): quoted local parts
    /// and internationalised ones, which not every server takes, are refused.
    ///
    /// - Parameter name: Any text; what could end a header (line breaks, control characters) becomes a space.
    public init?(name: String? = nil, _ address: String) {
        let halves = address.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count == 2, address.utf8.count <= 254, Self.isLocalPart(halves[0]), Self.isDomain(halves[1])
        else { return nil }
        self.address = address
        let tidy = name.map(HeaderText.tidy) ?? ""
        self.name = tidy.isEmpty ? nil : tidy
    }

    /// The part after the `@`.
    public var domain: Substring { address[address.index(after: address.firstIndex(of: "@") ?? address.startIndex)...] }

    /// As a header shows it: `"Jo Doe" <jo@example.com>`.
    var headerText: String {
        guard let name else { return address }
        let phrase = HeaderText.phrase(name)
        let isShort = phrase.utf8.count + address.utf8.count < 64
        return "\(phrase)\(isShort ? " " : "\r\n ")<\(address)>"
    }

    private static func isLocalPart(_ text: Substring) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
                !atom.isEmpty && atom.utf8.allSatisfy(isAtomText)
            }
    }

    private static func isAtomText(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isDomain(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
