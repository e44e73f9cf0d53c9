/// Builds one flat JSON object as bytes, without a coder: a log line costs one buffer.
struct JSONLine {
    private var bytes: [UInt8] = []
    /// Longer texts are cut, so that no line grows without bound.
    private static let longestText = 8192

    init() {
        bytes.reserveCapacity(512)
        bytes.append(UInt8(ascii: "{"))
    }

    mutating func append(_ key: String, _ text: String) {
        appendKey(key)
        appendString(text)
    }

    mutating func append(_ key: String, _ flag: Bool) {
        appendKey(key)
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    /// `number` must be a number of RFC 8259 already.
    mutating func append(_ key: String, number: String) {
        appendKey(key)
        bytes.append(contentsOf: number.utf8)
    }

    mutating func append(_ key: String, _ texts: [String]) {
        appendKey(key)
        bytes.append(UInt8(ascii: "["))
        for (index, text) in texts.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            appendString(text)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// The object and its newline.
    consuming func finished() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private mutating func appendKey(_ key: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        appendString(key)
        bytes.append(UInt8(ascii: ":"))
    }

    /// A JSON string (RFC 8259, section 7). Bytes above ASCII are UTF-8 already and stay as they are.
    private mutating func appendString(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.count > Self.longestText {
            // Cut between characters: half a UTF-8 sequence would make the line unreadable.
            var end = text.utf8.index(text.startIndex, offsetBy: Self.longestText)
            while String.Index(end, within: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
            appendEscaped(text[..<end].utf8)
            bytes.append(contentsOf: "…".utf8)
        } else {
            appendEscaped(text.utf8)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ utf8: some Sequence<UInt8>) {
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
            case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
            case UInt8(ascii: "\n"): bytes.append(contentsOf: #"\n"#.utf8)
            case UInt8(ascii: "\r"): bytes.append(contentsOf: #"\r"#.utf8)
            case UInt8(ascii: "\t"): bytes.append(contentsOf: #"\t"#.utf8)
            case 0..<0x20:
                bytes.append(contentsOf: #"\u00"#.utf8)
                bytes.append(Self.hexDigits[Int(byte >> 4)])
                bytes.append(Self.hexDigits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}
