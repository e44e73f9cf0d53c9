import Logging
import ServiceLifecycle

/// Tells the tax service of sales and refunds until it has heard of each.
///
/// Any number of replicas can run: a posting is one's for a while, and a report that arrives twice counts once.
struct TaxPoster: Service {
    private static let batchSize = 20
    /// Longer than a batch takes.
    private static let lease = Duration.seconds(120)
    private static let longestWait = Duration.seconds(3600)

    let store: TaxPostingStore
    let reporter: any TaxReporter
    let poll: Duration
    let logger: Logger

    /// Runs until the service is asked to end.
    func run() async throws {
        await repeatUntilShutdown(every: poll, "post to the tax service", logger) {
            for posting in try await store.claim(Self.batchSize, lease: Self.lease) { try await post(posting) }
        }
    }

    private func post(_ posting: TaxPosting) async throws {
        do {
            try await reporter.report(posting.report)
            try await store.finish(posting)
        } catch let error as TaxProviderError {
            // Not its words: they can quote an address.
            let message = error == .unavailable ? "the tax service is away" : "the tax service refuses a posting"
            logger.warning("\(message)", metadata: [PaymentLogKey.transaction: "\(posting.transaction)"])
            try await store.postpone(posting, by: wait(after: posting.attempts))
        }
    }

    /// 1, 2, 4, … polls, an hour at most.
    private func wait(after attempts: Int) -> Duration {
        min(poll * (1 << min(attempts - 1, 20)), Self.longestWait)
    }
}
