import Schema
import Testing

@testable import Notifications

@Suite struct RetryScheduleTests {
    private let standard = RetrySchedule([.seconds(5), .seconds(30), .seconds(120)])
    private let now = Timestamp(microseconds: 1_700_000_000_000_000)

    @Test func `waits as the schedule says, then gives up`() {
        let waits = (1...4).map { attempts in
            standard.nextAttempt(afterAttempts: attempts, at: now, retryAfter: nil, jitter: 0).map { $0 - now }
        }
        #expect(waits == [.seconds(5), .seconds(30), .seconds(120), nil])
    }

    @Test func `jitter lengthens a wait by at most a tenth`() {
        let wait = standard.nextAttempt(afterAttempts: 2, at: now, retryAfter: nil, jitter: 1).map { $0 - now }
        #expect(wait == .seconds(33))
    }

    @Test func `Retry-After lengthens a wait and never shortens it, up to a day`() {
        func wait(_ retryAfter: Duration) -> Duration? {
            standard.nextAttempt(afterAttempts: 2, at: now, retryAfter: retryAfter, jitter: 0).map { $0 - now }
        }
        #expect(wait(.seconds(1)) == .seconds(30))
        #expect(wait(.seconds(300)) == .seconds(300))
        #expect(wait(.seconds(10_000_000)) == .seconds(86_400))
    }

    @Test func `Retry-After does not add an attempt`() {
        #expect(standard.nextAttempt(afterAttempts: 4, at: now, retryAfter: .seconds(9), jitter: 0) == nil)
    }

    @Test(arguments: [
        (RetrySettings(), [5, 30, 120]),
        (RetrySettings(limit: 2), [5, 30]),
        (RetrySettings(limit: 5), [5, 30, 120, 120, 120]),
        (RetrySettings(limit: 0), []),
        (RetrySettings(limit: 3, delaySeconds: 1, backoff: true), [1, 2, 4]),
        (RetrySettings(limit: 3, delaySeconds: 10, backoff: false), [10, 10, 10]),
        (RetrySettings(limit: 2, delaySeconds: 7), [7, 14]),
        (RetrySettings(delaySeconds: 1), [1, 2, 4]),
    ]) func `an endpoint's settings make its schedule`(settings: RetrySettings, seconds: [Int]) {
        #expect(RetrySchedule(settings, standard: standard).waits == seconds.map { .seconds($0) })
    }

    @Test func `no wait is longer than a day, however often it doubles`() {
        let schedule = RetrySchedule(RetrySettings(limit: 100, delaySeconds: 86_400, backoff: true), standard: standard)
        #expect(schedule.waits == Array(repeating: .seconds(86_400), count: 100))
    }

    @Test func `an hourly schedule tries at its minute of each hour`() {
        let hourly = RetrySchedule(RetrySettings(), standard: RetrySchedule(hours: 48, atMinute: 55))
        // 22:13:20; the next 55th minute is 41 minutes and 40 seconds away.
        let first = hourly.nextAttempt(afterAttempts: 1, at: now, retryAfter: nil, jitter: 0)
        #expect(first.map { $0 - now } == .seconds(41 * 60 + 40))
        let second = first.flatMap { hourly.nextAttempt(afterAttempts: 2, at: $0, retryAfter: nil, jitter: 0) }
        #expect(second.map { $0 - now } == .seconds(41 * 60 + 40 + 3600))
        #expect(hourly.nextAttempt(afterAttempts: 49, at: now, retryAfter: nil, jitter: 0) == nil)
    }
}
