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
    /// Why there was no response, or why this one is a failure.
    var error: String?

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

    /// The outcome of an attempt that met no response.
    init(error: String) {
        verdict = .failed(retryAfter: nil)
        self.error = error
    }
}
