/// RFC 2045, 6.7: text that stays legible, in lines of at most 76 ASCII characters.
enum QuotedPrintable {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Line ends of any kind become CRLF.
    static func encode(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count + text.utf8.count / 8)
        let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
            .split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if index > 0 { output += [13, 10] }
            encode(line: line, into: &output)
        }
        return output
    }

    private static func encode(line: Substring, into output: inout [UInt8]) {
        var width = 0
        let last = line.utf8.count - 1
        for (index, byte) in line.utf8.enumerated() {
            let unit: [UInt8] =
                isLiteral(byte, isLast: index == last)
                ? [byte] : [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            // One column is left for the = of a soft line break.
            if width + unit.count > 75 {
                output += [UInt8(ascii: "="), 13, 10]
                width = 0
            }
            output += unit
            width += unit.count
        }
    }

    private static func isLiteral(_ byte: UInt8, isLast: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "="): false
        // Servers cut spaces off the ends of lines.
        case UInt8(ascii: " "), UInt8(ascii: "\t"): !isLast
        default: (0x21...0x7e).contains(byte)
        }
    }
}
