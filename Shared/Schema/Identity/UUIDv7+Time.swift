public import FoundationEssentials

extension ID {
    /// When the id was made, to the millisecond (RFC 9562 §5.7).
    public var time: Timestamp {
        Timestamp(microseconds: Int64(uuid.words.high >> 16) * 1000)
    }
}

extension UUIDv7 {
    /// Below every id that is made at `time` or later, and above all earlier ones.
    public static func first(at time: Timestamp) -> UUID {
        let (milliseconds, rest) = max(0, time.microseconds).quotientAndRemainder(dividingBy: 1000)
        let next = UInt64(milliseconds) + (rest > 0 ? 1 : 0)
        return UUID(high: min(next, 0xFFFF_FFFF_FFFF) << 16, low: 0)
    }
}
