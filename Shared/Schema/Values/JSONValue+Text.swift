/// Why a text is not JSON, or not acceptable JSON.
public struct JSONSyntaxError: Error, Hashable, Sendable {
    /// What is wrong.
    public let message: String
    /// The offset in bytes at which it was noticed.
    public let offset: Int
}

extension JSONValue {
    /// Reads JSON text (RFC 8259) and keeps every number as it is written.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 without a byte order mark.
    ///   - maximumDepth: how deep arrays and objects may nest.
    /// - Throws: ``JSONSyntaxError``; also for a repeated member name, which readers understand differently.
    public init(parsing bytes: [UInt8], maximumDepth: Int = 64) throws(JSONSyntaxError) {
        var scanner = JSONScanner(bytes: bytes, maximumDepth: maximumDepth)
        self = try scanner.document()
    }

    /// The value as JSON text with sorted member names.
    ///
    /// - Parameter pretty: whether to break lines and indent by two spaces.
    public func serialized(pretty: Bool = false) -> String {
        var text = ""
        write(to: &text, indentation: pretty ? 0 : nil)
        return text
    }

    private func write(to text: inout String, indentation: Int?) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let number): text += number.text
        case .string(let string): JSONValue.write(string, to: &text)
        case .array(let elements):
            JSONValue.writeList("[", elements, "]", to: &text, indentation: indentation) { element, text, inner in
                element.write(to: &text, indentation: inner)
            }
        case .object(let members):
            let sorted = members.sorted { $0.key < $1.key }
            JSONValue.writeList("{", sorted, "}", to: &text, indentation: indentation) { member, text, inner in
                JSONValue.write(member.key, to: &text)
                text += inner == nil ? ":" : ": "
                member.value.write(to: &text, indentation: inner)
            }
        }
    }

    private static func writeList<Item>(
        _ open: String, _ items: [Item], _ close: String, to text: inout String, indentation: Int?,
        _ writeItem: (Item, inout String, Int?) -> Void
    ) {
        func breakLine(_ level: Int?) {
            if let level { text += "\n" + String(repeating: "  ", count: level) }
        }
        text += open
        let inner = indentation.map { $0 + 1 }
        for (index, item) in items.enumerated() {
            if index > 0 { text += "," }
            breakLine(inner)
            writeItem(item, &text, inner)
        }
        if !items.isEmpty { breakLine(indentation) }
        text += close
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
