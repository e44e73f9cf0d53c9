/// Conforms for the sake of `[UInt8]`, which is a `bytea`; Postgres has no one-byte integer.
extension UInt8: PostgresCodable {
    public static func postgresText(ofArray array: [UInt8]) -> String {
        let digits: StaticString = "0123456789abcdef"
        return String(unsafeUninitializedCapacity: 2 + 2 * array.count) { text in
            text[0] = UInt8(ascii: "\\")
            text[1] = UInt8(ascii: "x")
            var position = 2
            for byte in array {
                text[position] = digits.utf8Start[Int(byte >> 4)]
                text[position + 1] = digits.utf8Start[Int(byte & 15)]
                position += 2
            }
            return position
        }
    }

    public static func array(postgresBytes text: UnsafeBufferPointer<UInt8>) throws -> [UInt8] {
        guard text.count >= 2, text.count.isMultiple(of: 2), text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x")
        else { throw PostgresDecodingFailure.malformed }
        return try [UInt8](unsafeUninitializedCapacity: text.count / 2 - 1) { bytes, count in
            while count < text.count / 2 - 1 {
                let high = try value(ofHexDigit: text[2 * count + 2])
                let low = try value(ofHexDigit: text[2 * count + 3])
                bytes.initializeElement(at: count, to: high << 4 | low)
                count += 1
            }
        }
    }

    static func value(ofHexDigit digit: UInt8) throws -> UInt8 {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: throw PostgresDecodingFailure.malformed
        }
    }
}
