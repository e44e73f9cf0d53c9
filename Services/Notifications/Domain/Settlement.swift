import Schema

/// What an attempt's outcome makes of a delivery.
struct Settlement: Sendable, Equatable {
    var status: DeliveryStatus
    /// Attempts made, this one included.
    var attempts: Int
    /// When it may be sent again, if it is still pending.
    var dueAt: Timestamp

    init(
        _ outcome: DeliveryOutcome, attempts: Int, schedule: RetrySchedule, at now: Timestamp, jitter: Double
    ) {
        self.attempts = attempts
        switch outcome.verdict {
        case .delivered:
            (status, dueAt) = (.delivered, now)
        case .gone:
            // Held with the endpoint, which is disabled now; whoever enables it again gets it.
            (status, dueAt) = (.pending, now)
        case .failed(let retryAfter):
            let next = schedule.nextAttempt(afterAttempts: attempts, at: now, retryAfter: retryAfter, jitter: jitter)
            (status, dueAt) = next.map { (.pending, $0) } ?? (.failed, now)
        }
    }
}

/// Where a delivery stands.
enum DeliveryStatus: String, Codable, Sendable, CaseIterable {
    /// Waiting for its first or next attempt, for an earlier message of its subject, or for a disabled endpoint.
    case pending
    case delivered
    /// Every attempt failed; it can be requeued.
    case failed
}
