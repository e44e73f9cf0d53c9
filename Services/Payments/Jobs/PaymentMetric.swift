import Metrics

/// The names of this service's own metrics.
enum PaymentMetric {
    /// Outcomes of charges and refunds by what was announced.
    static let outcomes = "caravan_payment_outcomes_total"
    /// Tasks that wait or are under way in this process.
    static let tasks = "caravan_payment_tasks"
    /// Tasks that were taken over or asked about again.
    static let reconciled = "caravan_payment_tasks_reconciled_total"
    /// Postings that the continuous check has read.
    static let postingsVerified = "caravan_ledger_postings_verified_total"
    /// What the last round of the check found wrong; anything above zero needs a person.
    static let ledgerDifferences = "caravan_ledger_differences"
}

/// The keys of this service's log lines.
enum PaymentLogKey {
    static let error = "error"
    static let transaction = "transaction"
    static let difference = "difference"
    static let key = "key"
}

/// ``PaymentMetric/outcomes``, a counter an announcement.
struct OutcomeCounters: Sendable {
    private let pending = Self.counter("pending")
    private let authorized = Self.counter("authorized")
    private let completed = Self.counter("completed")
    private let declined = Self.counter("declined")
    private let voided = Self.counter("voided")
    private let chargeback = Self.counter("chargeback")
    private let refunded = Self.counter("refunded")
    private let refundRejected = Self.counter("refund_rejected")

    func count(_ announcement: TransactionChange.Announcement) {
        switch announcement {
        case .pending: pending.increment()
        case .authorized: authorized.increment()
        case .completed: completed.increment()
        case .declined: declined.increment()
        case .voided: voided.increment()
        case .chargeback: chargeback.increment()
        case .refundCompleted: refunded.increment()
        case .refundRejected: refundRejected.increment()
        }
    }

    private static func counter(_ outcome: String) -> Counter {
        Counter(label: PaymentMetric.outcomes, dimensions: [("outcome", outcome)])
    }
}
