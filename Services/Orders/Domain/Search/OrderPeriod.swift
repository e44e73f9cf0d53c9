import FoundationEssentials
import Schema

/// When the orders that are looked for were begun.
///
/// An order's id is a UUIDv7, so that a period is also a range of ids: what walks ids, walks no more than the period.
struct OrderPeriod: Sendable {
    /// The first moment.
    var start: Timestamp?
    /// The first moment after it.
    var end: Timestamp?

    /// By how much an id's time and the order's may differ, since the clock is read for each.
    private static let drift = Duration.seconds(10)

    var firstID: UUID? { start.map { Self.firstID(at: $0 - Self.drift) } }
    var endID: UUID? { end.map { Self.firstID(at: $0 + Self.drift) } }

    /// The least UUIDv7 of a moment: 48 bits of milliseconds, then nothing (RFC 9562, 5.7).
    private static func firstID(at time: Timestamp) -> UUID {
        let milliseconds = UInt64(min(max(time.microseconds / 1000, 0), 1 << 48 - 1))
        let byte = { (index: UInt64) in UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * index)) }
        return UUID(uuid: (byte(0), byte(1), byte(2), byte(3), byte(4), byte(5), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    }
}
