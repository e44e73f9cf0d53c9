import Schema

/// What came of one attempt.
struct DeliveryOutcome: Sendable, Equatable {
    enum Verdict: Sendable, Equatable {
        /// The receiver took it (2xx).
        case delivered
        /// To be tried again as the schedule says, not before the time the receiver asked for.
        case failed(retryAfter: Duration?)
        /// 410: the receiver wants nothing from this sender any more.
        case gone
    }

    var verdict: Verdict
    /// The response's status, if there was a response.
    var status: Int?
    /// The first bytes of the response's body, as text.
    var response: String?
    /// The response's headers, a JSON object; secrets are masked.
    var headers: String?
    /// Why there was no response, or why this one is a failure.
    var error: String?
    /// Whether the message could not even be made, which says nothing about the receiver.
    var isUnsent = false
    /// All that was read of the response's body, which is more than is kept if it tells of the records of a batch.
    var answer: [UInt8] = []

    /// The outcome of a response.
    init(status: Int, response: String?, retryAfter: Duration?) {
        self.status = status
        self.response = response
        switch status {
        case 200..<300: verdict = .delivered
        case 410:
            verdict = .gone
            error = "The receiver answered 410 Gone."
        case 300..<400:
            verdict = .failed(retryAfter: retryAfter)
            error = "The receiver answered \(status); redirects are not followed."
        default:
            verdict = .failed(retryAfter: retryAfter)
            error = "The receiver answered \(status)."
        }
    }

    /// Whether this failure makes it likely that the next message fails too: no answer, one that asks for time, or a fault
    /// of the receiver's. A refusal of this one message does not.
    var showsUnavailability: Bool {
        guard case .failed = verdict, !isUnsent else { return false }
        return status.map { $0 >= 500 || $0 == 429 || $0 == 408 } ?? true
    }

    /// The same for receivers that are promised another attempt whatever they answer.
    var retryingGone: DeliveryOutcome {
        guard verdict == .gone else { return self }
        var outcome = self
        outcome.verdict = .failed(retryAfter: nil)
        return outcome
    }

    /// The outcome of a record that the receiver refused, though it took the batch.
    func refused(_ reason: String) -> DeliveryOutcome {
        var outcome = self
        outcome.verdict = .failed(retryAfter: nil)
        let text = String(reason.replacing("\0", with: "\u{fffd}").prefix(500))
        outcome.error = "The receiver refused the record: \(text)"
        return outcome
    }

    /// The outcome of an attempt that met no response.
    init(error: String, isUnsent: Bool = false) {
        verdict = .failed(retryAfter: nil)
        self.error = error
        self.isUnsent = isUnsent
    }
}
