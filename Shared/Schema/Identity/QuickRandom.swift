import Synchronization

/// Random numbers for names that must be unlike each other but keep no secret, such as those of requests and traces:
/// without the system call that each number of Swift's own generator costs.
///
/// SplitMix64 (Steele, Lea and Flood, 2014), begun anew at a random place by each process.
public enum QuickRandom {
    private static let state = Atomic<UInt64>(.random(in: .min ... .max))

    /// The next number, each of the 2⁶⁴ once before any comes again.
    public static func next() -> UInt64 {
        var z = state.wrappingAdd(0x9e37_79b9_7f4a_7c15, ordering: .relaxed).newValue
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
