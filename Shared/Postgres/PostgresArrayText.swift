/// Postgres' text format of one-dimensional arrays: `{"a","b\"c",NULL}`.
/// https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
enum PostgresArrayText {
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")
    private static let comma = UInt8(ascii: ",")
    private static let open = UInt8(ascii: "{")
    private static let close = UInt8(ascii: "}")

    /// Every element is quoted: right for each type, and `NULL` as a word stays a word.
    ///
    /// A loop over what is asked for one by one: a key path or a lazy sequence would be put together at run time in each
    /// call, as the caller is generic, which costs more than the text itself.
    static func literal<Element: PostgresEncodable>(_ array: [Element]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 + 40 * array.count)
        bytes.append(open)
        for element in array {
            if bytes.count > 1 { bytes.append(comma) }
            guard var text = element.postgresText else {
                bytes.append(contentsOf: "NULL".utf8)
                continue
            }
            bytes.append(quote)
            text.withUTF8 { append($0, to: &bytes) }
            bytes.append(quote)
        }
        bytes.append(close)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What must be escaped is rare: as a rule all bytes go over at once.
    private static func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        guard text.contains(where: { $0 == quote || $0 == backslash }) else { return bytes.append(contentsOf: text) }
        for byte in text {
            if byte == quote || byte == backslash { bytes.append(backslash) }
            bytes.append(byte)
        }
    }

    /// The elements' texts; nil is NULL.
    static func elements(of text: UnsafeBufferPointer<UInt8>) throws -> [[UInt8]?] {
        // An array that doesn't start at 1 says so first: `[0:1]={1,2}`.
        guard let start = text.firstIndex(of: open), text.last == close, start < text.count - 1 else {
            throw PostgresDecodingFailure.malformed
        }
        let end = text.count - 1
        var elements: [[UInt8]?] = []
        var position = start + 1
        while position < end {
            var element: [UInt8] = []
            let isQuoted = text[position] == quote
            if isQuoted { position += 1 }
            while position < end, text[position] != (isQuoted ? quote : comma) {
                if text[position] == backslash { position += 1 }
                if !isQuoted, text[position] == open { throw PostgresDecodingFailure.malformed }
                element.append(text[position])
                position += 1
            }
            if isQuoted {
                guard position < end else { throw PostgresDecodingFailure.malformed }
                position += 1
            }
            guard position == end || text[position] == comma else { throw PostgresDecodingFailure.malformed }
            position += 1
            elements.append(!isQuoted && element == Array("NULL".utf8) ? nil : element)
        }
        return elements
    }
}
