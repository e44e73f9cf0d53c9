public import FoundationEssentials
import Synchronization

/// Makes UUIDs of version 7 (RFC 9562 §5.7) that grow strictly within the process.
///
/// The 48-bit millisecond clock and the 12 bits of `rand_a` form one 60-bit counter (RFC 9562 §6.2, method 3): each id
/// takes the larger of the clock and the last value plus one. A clock set back, or more than 4096 ids in a millisecond,
/// lets the counter run ahead of the clock for a moment instead of breaking the order.
public enum UUIDv7 {
    private static let last = Atomic<UInt64>(0)

    /// A new id, greater than every id made before in this process.
    public static func next() -> UUID {
        let clock = UInt64(bitPattern: Timestamp.systemMicroseconds / 1000) << 12
        var previous = last.load(ordering: .relaxed)
        while true {
            let candidate = max(clock, previous + 1)
            let (exchanged, original) = last.compareExchange(
                expected: previous, desired: candidate, ordering: .relaxed)
            if exchanged { return make(counter: candidate, random: .random(in: .min ... .max)) }
            previous = original
        }
    }

    static func make(counter: UInt64, random: UInt64) -> UUID {
        let high = (counter >> 12) << 16 | 0x7000 | counter & 0x0FFF
        let low = random & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return UUID(high: high, low: low)
    }
}

extension UUID {
    /// Makes the UUID from its first and last eight bytes, both read as big-endian integers.
    init(high: UInt64, low: UInt64) {
        func byte(_ word: UInt64, _ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (56 - 8 * index)) }
        self.init(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3),
                byte(high, 4), byte(high, 5), byte(high, 6), byte(high, 7),
                byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3),
                byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
            ))
    }

    /// The first and last eight bytes as big-endian integers; comparing them orders UUIDs as their text does.
    var words: (high: UInt64, low: UInt64) {
        withUnsafeBytes(of: uuid) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }
}
