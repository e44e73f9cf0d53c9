import Schema

/// What came of one attempt at a message.
enum MessageOutcome: Sendable, Equatable {
    /// The other side has it, under this name.
    case sent(providerID: String?)
    /// It was of no use to try: no consent, nobody to send to.
    case skipped(reason: String)
    /// It never will be sent.
    case refused(reason: String)
    /// The SMS provider refuses the number since it has answered STOP.
    case stopped(number: String, reason: String)
    /// To be tried again.
    case failed(reason: String)

    /// The row as it is afterwards.
    struct Settlement: Sendable, Equatable {
        var status: MessageStatus
        var reason: String?
        var providerID: String?
        /// When to try again, while it is still queued.
        var dueAt: Timestamp
    }

    /// - Parameters:
    ///   - attempts: Attempts made, this one included.
    ///   - jitter: From 0 to 1, as ``RetrySchedule`` wants it.
    func settlement(
        afterAttempts attempts: Int, schedule: RetrySchedule, at now: Timestamp, jitter: Double
    ) -> Settlement {
        switch self {
        case .sent(let id): return Settlement(status: .sent, providerID: id, dueAt: now)
        case .skipped(let reason): return Settlement(status: .skipped, reason: reason, dueAt: now)
        case .refused(let reason), .stopped(_, let reason):
            return Settlement(status: .failed, reason: reason, dueAt: now)
        case .failed(let reason):
            let next = schedule.nextAttempt(afterAttempts: attempts, at: now, retryAfter: nil, jitter: jitter)
            return Settlement(status: next == nil ? .failed : .queued, reason: reason, dueAt: next ?? now)
        }
    }
}
