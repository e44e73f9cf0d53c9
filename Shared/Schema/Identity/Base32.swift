/// Crockford's base32 in lower case, as TypeID uses it: 128 bits as 26 characters, the first at most `7`.
///
/// Source: https://github.com/jetify-com/typeid/tree/main/spec (version 0.3.0).
enum Base32 {
    static let encodedCount = 26
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private static let invalid: UInt8 = 0xFF

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: invalid, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// Writes the 26 characters of the 128 bits to the start of `output`.
    static func encode(high: UInt64, low: UInt64, into output: UnsafeMutableBufferPointer<UInt8>) {
        alphabet.withUnsafeBufferPointer { alphabet in
            var high = high
            var low = low
            for index in stride(from: encodedCount - 1, through: 0, by: -1) {
                output[index] = alphabet[Int(low & 31)]
                low = low >> 5 | high << 59
                high >>= 5
            }
        }
    }

    /// The 128 bits of 26 characters, or nil when there are more, fewer or other characters.
    static func decode(_ text: UnsafeBufferPointer<UInt8>) -> (high: UInt64, low: UInt64)? {
        guard text.count == encodedCount else { return nil }
        return values.withUnsafeBufferPointer { values in
            // 26 characters hold 130 bits: the first one may only carry three.
            guard values[Int(text[0])] <= 7 else { return nil }
            var high: UInt64 = 0
            var low: UInt64 = 0
            for character in text {
                let value = values[Int(character)]
                guard value != invalid else { return nil }
                high = high << 5 | low >> 59
                low = low << 5 | UInt64(value)
            }
            return (high, low)
        }
    }
}
