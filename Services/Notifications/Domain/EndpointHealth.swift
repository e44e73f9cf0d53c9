import Schema

/// How an endpoint has fared lately: whether its circuit is open, and whether it has failed for so long that it is disabled.
///
/// A receiver that is down or hangs costs a connection with every attempt. So after ``threshold`` failures in a row its
/// circuit opens: it rests for four times as long as the last attempt took, at most a minute, then gets one message. If that
/// fails too it rests again; if it arrives, all goes on. So one that hangs holds a connection a fifth of the time, and one
/// that refuses at once is still tried as often as its retry schedule wants. What waits meanwhile uses up no attempts.
struct EndpointHealth: Sendable, Equatable {
    var consecutiveFailures = 0
    /// The first failure since the last success.
    var failingSince: Timestamp?
    var lastSuccessAt: Timestamp?
    var lastFailureAt: Timestamp?
    /// Until when it rests; in the past while one message at a time shows whether it is well, nil once it is.
    var circuitOpenUntil: Timestamp?

    /// How many failures in a row open the circuit.
    static let threshold = 10
    static let shortestRest = Duration.milliseconds(50)
    static let longestRest = Duration.seconds(60)

    /// What must follow from a result.
    enum Action: Sendable, Equatable {
        case none
        case disable(DisabledReason)
    }

    /// Takes note of one attempt's outcome.
    ///
    /// - Parameters:
    ///   - duration: How long the attempt took.
    ///   - patience: How long an endpoint may do nothing but fail.
    mutating func record(
        _ outcome: DeliveryOutcome, after duration: Duration = .zero, at now: Timestamp, patience: Duration
    ) -> Action {
        guard outcome.verdict != .delivered else {
            forgetFailures()
            lastSuccessAt = now
            return .none
        }
        consecutiveFailures += 1
        lastFailureAt = now
        let start = failingSince ?? now
        failingSince = start
        if outcome.verdict == .gone { return .disable(.gone) }
        if outcome.showsUnavailability, consecutiveFailures >= Self.threshold {
            circuitOpenUntil = now + min(max(duration * 4, Self.shortestRest), Self.longestRest)
        }
        return start + patience <= now ? .disable(.failing) : .none
    }

    /// Starts counting anew; the times of the last results stay.
    mutating func forgetFailures() {
        consecutiveFailures = 0
        failingSince = nil
        circuitOpenUntil = nil
    }

    /// Whether the endpoint gets messages.
    enum Circuit: String, Codable, Sendable {
        case closed, open
        /// One message at a time.
        case halfOpen = "half_open"
    }

    func circuit(at now: Timestamp) -> Circuit {
        guard let circuitOpenUntil else { return .closed }
        return circuitOpenUntil > now ? .open : .halfOpen
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
