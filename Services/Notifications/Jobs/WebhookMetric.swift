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

extension DeliveryOutcome.Verdict {
    /// The verdict as a metric's label.
    var name: String {
        switch self {
        case .delivered: "delivered"
        case .failed: "failed"
        case .gone: "gone"
        }
    }
}
