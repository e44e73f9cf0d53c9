internal import Postgres

/// Does work again that somebody else's came between, from its beginning: the transaction in it is a new one each time.
public func repeatingRaces<R>(_ work: () async throws -> R) async throws -> R {
    for _ in 1..<20 {
        do {
            return try await work()
        } catch let error as PostgresError where error.sqlState == .serializationFailure {
        } catch let error as PostgresError where error.sqlState == .deadlockDetected {
            // Whoever was in the way must get hold of what this work has let go before it takes it once more: else both
            // stand as they stood, for another second.
            try await Task.sleep(for: .milliseconds(.random(in: 5...25)))
        }
    }
    return try await work()
}
