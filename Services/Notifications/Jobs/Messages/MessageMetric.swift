import Metrics

/// The names of the metrics of mail and text messages.
enum MessageMetric {
    /// Attempts by channel and outcome: sent, skipped, refused, failed.
    static let attempts = "caravan_message_attempts_total"

    static func count(_ outcome: MessageOutcome, _ channel: MessageChannel) {
        let name =
            switch outcome {
            case .sent: "sent"
            case .skipped: "skipped"
            case .refused, .stopped: "refused"
            case .failed: "failed"
            }
        Counter(label: attempts, dimensions: [("channel", channel.rawValue), ("outcome", name)]).increment()
    }
}
