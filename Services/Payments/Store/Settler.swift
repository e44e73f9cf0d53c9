import Logging
import Messaging
import Postgres

/// Writes outcomes down, as many in one transaction as have come in while the last one was under way.
final class Settler: Sendable {
    /// Most outcomes of one transaction.
    private static let batchSize = 200

    private let batcher: Batcher<PaymentOutcome, Bool>

    init(database: PostgresDatabase, book: TransactionBook, logger: Logger) {
        let writer = OutcomeWriter(database: database, book: book, logger: logger)
        batcher = Batcher(limit: Self.batchSize) { await writer.write($0) }
    }

    /// Returns once the outcome is durable.
    ///
    /// - Returns: `false` if the database refuses it: the task is then done again once its lease has run out.
    func settle(_ outcome: PaymentOutcome) async -> Bool {
        (try? await batcher.submit(outcome)) ?? false
    }
}

private struct OutcomeWriter: Sendable {
    /// How often an outcome is written before its task is left to the reconciler.
    private static let attempts = 5

    let database: PostgresDatabase
    let book: TransactionBook
    let logger: Logger
    private let counters = OutcomeCounters()

    init(database: PostgresDatabase, book: TransactionBook, logger: Logger) {
        self.database = database
        self.book = book
        self.logger = logger
    }

    /// One reply an outcome.
    func write(_ batch: [PaymentOutcome]) async -> [Bool] {
        if await writeTogether(batch) { return batch.map { _ in true } }
        guard batch.count > 1 else { return [false] }
        // One outcome that the database refuses must not hold up the others.
        var written: [Bool] = []
        for outcome in batch { written.append(await writeTogether([outcome])) }
        return written
    }

    private func writeTogether(_ batch: [PaymentOutcome]) async -> Bool {
        var pause = Duration.milliseconds(50)
        for _ in 0..<Self.attempts {
            do {
                let announced = try await database.withTransaction { transaction in
                    try await book.settle(batch, in: transaction)
                }
                for announcement in announced { counters.count(announcement) }
                return true
            } catch {
                logger.warning("could not write payment outcomes", metadata: [PaymentLogKey.error: "\(error)"])
                guard let error = error as? PostgresError, error.isTransient else { return false }
            }
            try? await Task.sleep(for: pause)
            pause *= 2
        }
        return false
    }
}
