/// Looks through JSON before it is decoded, for what the decoder lets pass and the database or the stack does not bear.
enum JSONGuard {
    /// Containers inside one another.
    static let maximumDepth = 32

    /// One pass over the bytes, without allocation.
    ///
    /// - Throws: ``RequestError/malformedBody(_:)`` for nesting beyond ``maximumDepth``, for U+0000, raw or as an escape
    ///   (no Postgres text can hold it), and for invalid UTF-8. Other broken JSON is the decoder's business.
    static func check(_ body: [UInt8]) throws(RequestError) {
        switch scan(body) {
        case .sound: return
        case .tooDeep: throw .malformedBody("The JSON is nested more than \(maximumDepth) levels deep.")
        case .holdsNUL: throw .malformedBody("The JSON holds the character U+0000, which is not supported.")
        case .notUTF8: throw .malformedBody("The JSON is not valid UTF-8.")
        }
    }

    private enum Finding {
        case sound, tooDeep, holdsNUL, notUTF8
    }

    private static func scan(_ body: [UInt8]) -> Finding {
        body.withUnsafeBufferPointer { bytes in
            var depth = 0
            var isASCII = true
            var isInString = false
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                index += 1
                if byte >= 0x80 {
                    isASCII = false
                } else if byte == 0 {
                    return .holdsNUL
                } else if isInString {
                    if byte == UInt8(ascii: "\"") {
                        isInString = false
                    } else if byte == UInt8(ascii: "\\") {
                        if isEscapedNUL(bytes, at: index) { return .holdsNUL }
                        index += 1
                    }
                } else {
                    switch byte {
                    case UInt8(ascii: "\""):
                        isInString = true
                    case UInt8(ascii: "{"), UInt8(ascii: "["):
                        depth += 1
                        if depth > maximumDepth { return .tooDeep }
                    case UInt8(ascii: "}"), UInt8(ascii: "]"):
                        depth -= 1
                    default: break
                    }
                }
            }
            if isASCII { return .sound }
            return String(validating: bytes, as: UTF8.self) == nil ? .notUTF8 : .sound
        }
    }

    /// Whether `u0000` stands at `index`, right after a backslash.
    private static func isEscapedNUL(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        guard index + 4 < bytes.count, bytes[index] == UInt8(ascii: "u") else { return false }
        return (1...4).allSatisfy { bytes[index + $0] == UInt8(ascii: "0") }
    }
}
