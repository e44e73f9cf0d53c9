import FoundationEssentials

extension UInt64 {
    init?(lowercaseHex digits: ArraySlice<UInt8>) {
        self = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): self = self << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): self = self << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
    }
}

/// Writes lower-case hexadecimal digits into the storage of a string.
struct HexWriter {
    let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.buffer = buffer
    }

    mutating func writeDash() {
        buffer[count] = UInt8(ascii: "-")
        count += 1
    }

    mutating func write(_ number: UInt64, digits: Int) {
        for index in 0..<digits {
            let digit = UInt8(truncatingIfNeeded: number >> UInt64(4 * (digits - 1 - index))) & 15
            buffer[count] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            count += 1
        }
    }
}

extension UUID {
    /// The usual text in lower case, as RFC 9562 §4 writes it and Postgres prints it; Foundation's is in upper case.
    var lowercaseText: String {
        let (high, low) = words
        return String(unsafeUninitializedCapacity: 36) { buffer in
            var writer = HexWriter(buffer: buffer)
            writer.write(high >> 32, digits: 8)
            writer.writeDash()
            writer.write(high >> 16, digits: 4)
            writer.writeDash()
            writer.write(high, digits: 4)
            writer.writeDash()
            writer.write(low >> 48, digits: 4)
            writer.writeDash()
            writer.write(low, digits: 12)
            return writer.count
        }
    }
}
