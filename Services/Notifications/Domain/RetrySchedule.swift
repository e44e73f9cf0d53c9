import Schema

/// When a failed delivery is tried again.
struct RetrySchedule: Sendable, Equatable {
    /// The waits after the first, second, … failed attempt; after the last of them the delivery has failed for good.
    let waits: [Duration]
    /// The minute of the hour at which a wait ends; nil for any.
    private let minute: Int?

    /// No single wait is longer, whatever a schedule or a receiver asks for.
    static let longestWait = Duration.seconds(86_400)

    init(_ waits: [Duration]) {
        self.init(waits, minute: nil)
    }

    /// Once an hour, at a minute of it, for so many hours.
    init(hours: Int, atMinute minute: Int) {
        self.init(Array(repeating: .zero, count: hours), minute: minute)
    }

    private init(_ waits: [Duration], minute: Int?) {
        self.waits = waits.map { min($0, Self.longestWait) }
        self.minute = minute
    }

    /// The schedule that an endpoint's settings ask for, with `standard` where they are silent.
    init(_ settings: RetrySettings, standard: RetrySchedule) {
        let limit = settings.limit ?? standard.waits.count
        guard settings.delaySeconds != nil || settings.backoff != nil || standard.waits.isEmpty else {
            let waits = (0..<limit).map { standard.waits[min($0, standard.waits.count - 1)] }
            self.init(waits, minute: standard.minute)
            return
        }
        let delay = settings.delaySeconds ?? 5
        self.init(
            (0..<limit).map { retry in
                // 2^17 s is more than a day, so a longer shift changes nothing.
                .seconds(settings.backoff ?? true ? delay << min(retry, 17) : delay)
            })
    }

    /// When to try again, or `nil` when that was the last attempt.
    ///
    /// - Parameters:
    ///   - attempts: Attempts made so far, 1 or more.
    ///   - now: When the last of them ended.
    ///   - retryAfter: How long the receiver asked to be left alone, if it did. It can only lengthen the wait.
    ///   - jitter: From 0 to 1: how much of the tenth by which a wait is lengthened, so that receivers are not met by a
    ///     wave of retries.
    func nextAttempt(afterAttempts attempts: Int, at now: Timestamp, retryAfter: Duration?, jitter: Double)
        -> Timestamp?
    {
        guard attempts <= waits.count else { return nil }
        let wait = waits[attempts - 1]
        let next = now + max(wait + wait * (jitter / 10), min(retryAfter ?? .zero, Self.longestWait))
        return minute.map { next.next(minute: $0) + .seconds(60) * jitter } ?? next
    }
}

/// The `retry` object of an endpoint: `{"limit": 2, "delay_seconds": 1, "backoff": true}`, each part optional.
struct RetrySettings: Codable, Sendable, Equatable {
    /// Attempts beyond the first.
    var limit: Int?
    /// The first wait.
    var delaySeconds: Int?
    /// Whether each wait is twice the one before.
    var backoff: Bool?

    enum CodingKeys: String, CodingKey {
        case limit, backoff
        case delaySeconds = "delay_seconds"
    }
}

extension Timestamp {
    /// The next time at a minute of an hour, after this one.
    fileprivate func next(minute: Int) -> Timestamp {
        let hour: Int64 = 3_600_000_000
        let beginning = microseconds - microseconds % hour
        let time = beginning + Int64(minute) * 60_000_000
        return Timestamp(microseconds: time > microseconds ? time : time + hour)
    }
}
