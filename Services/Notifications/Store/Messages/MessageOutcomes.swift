import Postgres
import Schema

/// Writes down what came of messages.
struct MessageOutcomes: Sendable {
    let database: PostgresDatabase
    let store: MessageStore
    let stops: StopRegister

    /// Settles a message; a recipient whom the provider knows to have unsubscribed has done so here too from now on.
    func record(_ outcome: MessageOutcome, of message: ClaimedMessage, schedule: RetrySchedule) async throws {
        let now = Timestamp.now()
        let settlement = outcome.settlement(
            afterAttempts: message.attempts + 1, schedule: schedule, at: now, jitter: .random(in: 0...1))
        try await database.withTransaction { transaction in
            store.settle(message, settlement, at: now, in: transaction)
            guard case .stopped(let number, _) = outcome else { return }
            try stops.add(
                number, keyword: "PROVIDER", message: message.id, of: message.account, at: now, in: transaction)
        }
    }
}
