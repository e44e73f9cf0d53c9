import FoundationEssentials

/// Text of any kind as mail headers can hold it: in ASCII, in short lines, and without a way to begin another header.
enum HeaderText {
    /// Line breaks and control characters as spaces, and none of those at the ends.
    static func tidy(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            // U+2028 and U+2029 end lines as well.
            case .control, .lineSeparator, .paragraphSeparator, .surrogate: scalars.append(" ")
            default: scalars.append(scalar)
            }
        }
        let tidy = String(scalars)
        guard let start = tidy.firstIndex(where: { $0 != " " }), let end = tidy.lastIndex(where: { $0 != " " }) else {
            return ""
        }
        return String(tidy[start...end])
    }

    /// A subject: as it is where it is short ASCII, else as encoded words.
    static func unstructured(_ text: String) -> String {
        let tidy = tidy(text)
        return isPlain(tidy) ? tidy : encodedWords(tidy)
    }

    /// A name before an address: quoted, or as encoded words.
    static func phrase(_ text: String) -> String {
        let tidy = tidy(text)
        guard isPlain(tidy) else { return encodedWords(tidy) }
        return "\"\(tidy.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    /// Whether it can go into a header's first line without encoding, also beside what looks like an encoded word.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= 60 && text.utf8.allSatisfy { (0x20...0x7e).contains($0) } && !text.contains("=?")
    }

    /// RFC 2047: words of whole characters, each in a line that stays below 76 characters with the header's name.
    private static func encodedWords(_ text: String) -> String {
        var words: [String] = []
        var part: [UInt8] = []
        func close() {
            guard !part.isEmpty else { return }
            words.append("=?utf-8?B?\(Data(part).base64EncodedString())?=")
            part = []
        }
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            // 39 bytes are 52 characters of base64, and 64 with their frame.
            if part.count + bytes.count > 39 { close() }
            part += bytes
        }
        close()
        return words.joined(separator: "\r\n ")
    }
}
