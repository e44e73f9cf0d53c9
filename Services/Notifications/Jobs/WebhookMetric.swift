import Metrics

/// The names of this service's own metrics.
enum WebhookMetric {
    /// Attempts by outcome: delivered, failed, gone.
    static let attempts = "caravan_webhook_attempts_total"
    /// Deliveries being sent.
    static let underWay = "caravan_webhook_deliveries_under_way"
}

/// The keys of this service's log lines.
enum WebhookLogKey {
    static let error = "error"
    static let endpoint = "endpoint"
    static let reason = "reason"
}

/// ``WebhookMetric/attempts``, a counter an outcome.
struct AttemptCounters: Sendable {
    private let delivered = Self.counter("delivered")
    private let failed = Self.counter("failed")
    private let gone = Self.counter("gone")

    func count(_ verdict: DeliveryOutcome.Verdict) {
        switch verdict {
        case .delivered: delivered.increment()
        case .failed: failed.increment()
        case .gone: gone.increment()
        }
    }

    private static func counter(_ outcome: String) -> Counter {
        Counter(label: WebhookMetric.attempts, dimensions: [("outcome", outcome)])
    }
}
