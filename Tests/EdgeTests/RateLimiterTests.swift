import Schema
import Testing

@testable import Edge

@Suite struct RateLimiterTests {
    private let start = Timestamp(microseconds: 1_000_000_000)

    @Test func countsDownAndRefuses() {
        let limiter = RateLimiter()
        let verdicts = (0..<4).map { limiter.take("k", limit: 3, now: start + .seconds($0)) }
        #expect(verdicts.map(\.isAllowed) == [true, true, true, false])
        #expect(verdicts.map(\.remaining) == [2, 1, 0, 0])
        #expect(verdicts.map(\.reset) == [60_000, 59_000, 58_000, 57_000])
    }

    @Test func aNewWindowBeginsAfterAMinute() {
        let limiter = RateLimiter()
        #expect(limiter.take("k", limit: 1, now: start).isAllowed)
        #expect(!limiter.take("k", limit: 1, now: start + .milliseconds(59_999)).isAllowed)
        #expect(limiter.take("k", limit: 1, now: start + .seconds(60)).isAllowed)
    }

    @Test func keysCountApart() {
        let limiter = RateLimiter()
        #expect(limiter.take("a", limit: 1, now: start).isAllowed)
        #expect(limiter.take("b", limit: 1, now: start).isAllowed)
    }

    @Test func aClockSetBackDoesNotLock() {
        let limiter = RateLimiter()
        #expect(limiter.take("k", limit: 1, now: start).isAllowed)
        #expect(limiter.take("k", limit: 1, now: start - .seconds(3_600)).isAllowed)
    }

    @Test func forgetsWindowsThatAreOver() {
        let limiter = RateLimiter(capacity: 2)
        for name in ["a", "b"] { _ = limiter.take(name, limit: 1, now: start) }
        // Full, but both windows still run: nothing may be forgotten.
        _ = limiter.take("c", limit: 1, now: start)
        #expect(!limiter.take("a", limit: 1, now: start).isAllowed)
    }
}
