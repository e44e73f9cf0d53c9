/// The place of a piece of work within a distributed trace (W3C Trace Context).
public struct TraceContext: Hashable, Sendable {
    private let traceHigh, traceLow, span: UInt64

    /// The trace flags; bit 0 says that the trace is sampled.
    public let flags: UInt8

    /// The context of the current task, or nil outside any trace.
    @TaskLocal public static var current: TraceContext?

    private init(traceHigh: UInt64, traceLow: UInt64, span: UInt64, flags: UInt8) {
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.span = span
        self.flags = flags
    }

    /// A new sampled trace.
    public static func random() -> TraceContext {
        // Neither id may be all zeros.
        TraceContext(
            traceHigh: QuickRandom.next() | 1, traceLow: QuickRandom.next(), span: QuickRandom.next() | 1, flags: 1)
    }

    /// Another span of the same trace.
    public func child() -> TraceContext {
        TraceContext(traceHigh: traceHigh, traceLow: traceLow, span: QuickRandom.next() | 1, flags: flags)
    }

    /// Reads a `traceparent` header. Nil if it is malformed, of version `ff`, or has an all-zero id.
    ///
    /// Versions after 00 may append fields; those are ignored (W3C Trace Context §4.3).
    public init?(traceparent: String) {
        let bytes = Array(traceparent.utf8)
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = UInt64(lowercaseHex: bytes[0..<2]), version != 0xFF,
            bytes.count == 55 || (version > 0 && bytes[55] == dash),
            let traceHigh = UInt64(lowercaseHex: bytes[3..<19]), let traceLow = UInt64(lowercaseHex: bytes[19..<35]),
            let span = UInt64(lowercaseHex: bytes[36..<52]), let flags = UInt64(lowercaseHex: bytes[53..<55]),
            traceHigh | traceLow != 0, span != 0
        else { return nil }
        self.init(traceHigh: traceHigh, traceLow: traceLow, span: span, flags: UInt8(truncatingIfNeeded: flags))
    }

    /// The header value, version 00.
    public var traceparent: String {
        String(unsafeUninitializedCapacity: 55) { buffer in
            var writer = HexWriter(buffer: buffer)
            writer.write(0, digits: 2)
            writer.writeDash()
            writer.write(traceHigh, digits: 16)
            writer.write(traceLow, digits: 16)
            writer.writeDash()
            writer.write(span, digits: 16)
            writer.writeDash()
            writer.write(UInt64(flags), digits: 2)
            return writer.count
        }
    }

    /// The id of the trace, 32 hexadecimal digits.
    public var traceID: String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            var writer = HexWriter(buffer: buffer)
            writer.write(traceHigh, digits: 16)
            writer.write(traceLow, digits: 16)
            return writer.count
        }
    }

    /// The id of this span, 16 hexadecimal digits.
    public var spanID: String {
        String(unsafeUninitializedCapacity: 16) { buffer in
            var writer = HexWriter(buffer: buffer)
            writer.write(span, digits: 16)
            return writer.count
        }
    }
}
