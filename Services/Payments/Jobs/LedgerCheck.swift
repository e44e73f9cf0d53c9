import Logging
import Metrics
import Schema
import ServiceLifecycle

/// Checks the books all the time: in each round the newest transactions, and the next part of a walk through all.
struct LedgerCheck: Service {
    /// Transactions of one part: small, so that the check never shows in anyone's latency.
    static let partSize = 5_000

    let audit: LedgerAudit
    let interval: Duration
    let logger: Logger
    private let verified = Counter(label: PaymentMetric.postingsVerified)
    private let differences = Gauge(label: PaymentMetric.ledgerDifferences)

    init(audit: LedgerAudit, interval: Duration, logger: Logger) {
        self.audit = audit
        self.interval = interval
        self.logger = logger
    }

    /// Runs until the service is asked to end.
    func run() async throws {
        var place: TransactionID?
        await repeatUntilShutdown(every: interval, "check the ledger", logger) {
            let newest = try await audit.verifyNewest()
            let next = try await audit.verify(after: place)
            place = next.last
            report(newest)
            report(next)
            differences.record(newest.differences.count + next.differences.count)
        }
    }

    private func report(_ part: LedgerAudit.Part) {
        verified.increment(by: Int64(part.postings))
        for difference in part.differences {
            logger.critical("the ledger does not add up", metadata: [PaymentLogKey.difference: "\(difference)"])
        }
    }
}
