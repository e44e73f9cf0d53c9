import Schema

/// Names of requests in answers and logs.
public enum RequestID {
    /// A new id with the shape of a random UUID. It keeps no secret.
    public static func make() -> String {
        let high = QuickRandom.next() & 0xffff_ffff_ffff_0fff | 0x4000
        let low = QuickRandom.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        return String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for nibble in 0..<32 {
                if position == 8 || position == 13 || position == 18 || position == 23 {
                    buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let half = nibble < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * (nibble & 15))) & 0xf
                buffer[position] = digit < 10 ? digit + 48 : digit + 87
                position += 1
            }
            return position
        }
    }

    /// Whether a client's own id can be taken over into headers and logs: 1 to 128 of `A–Z a–z 0–9 . _ : -`.
    static func isAcceptable(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
