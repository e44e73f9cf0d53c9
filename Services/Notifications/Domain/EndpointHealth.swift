import Schema

/// How an endpoint has fared lately, and whether it has failed for so long that it is disabled.
struct EndpointHealth: Sendable, Equatable {
    var consecutiveFailures = 0
    /// The first failure since the last success.
    var failingSince: Timestamp?
    var lastSuccessAt: Timestamp?
    var lastFailureAt: Timestamp?

    /// What must follow from a result.
    enum Action: Sendable, Equatable {
        case none
        case disable(DisabledReason)
    }

    /// Takes note of one attempt's outcome.
    ///
    /// - Parameter patience: How long an endpoint may do nothing but fail.
    mutating func record(_ verdict: DeliveryOutcome.Verdict, at now: Timestamp, patience: Duration) -> Action {
        guard verdict != .delivered else {
            consecutiveFailures = 0
            failingSince = nil
            lastSuccessAt = now
            return .none
        }
        consecutiveFailures += 1
        lastFailureAt = now
        let start = failingSince ?? now
        failingSince = start
        if verdict == .gone { return .disable(.gone) }
        return start + patience <= now ? .disable(.failing) : .none
    }

    /// Starts counting anew; the times of the last results stay.
    mutating func forgetFailures() {
        consecutiveFailures = 0
        failingSince = nil
    }
}

/// Why an endpoint gets nothing.
enum DisabledReason: String, Codable, Sendable {
    /// Its owner switched it off.
    case requested
    /// Its owner holds what is for it for a while; settings that are changed meanwhile do not end it.
    case paused
    /// It answered 410.
    case gone
    /// It did nothing but fail for the configured time.
    case failing = "too_many_failures"
}
