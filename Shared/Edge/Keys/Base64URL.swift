import FoundationEssentials

/// Base64 for URLs, without padding (RFC 4648, 5).
public enum Base64URL {
    /// The text of these bytes.
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text = Data(bytes).base64EncodedString()
        text.replace("+", with: "-")
        text.replace("/", with: "_")
        text.replace("=", with: "")
        return text
    }

    /// The bytes of canonical text, and of no other: nil for padding, foreign characters and loose end bits.
    static func decode(_ text: String) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/") + padding
        guard let data = Data(base64Encoded: base64), encode(data) == text else { return nil }
        return [UInt8](data)
    }
}
