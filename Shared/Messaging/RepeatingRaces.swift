internal import Postgres

/// Does work again that somebody else's came between, from its beginning: the transaction in it is a new one each time.
public func repeatingRaces<R>(_ work: () async throws -> R) async throws -> R {
    for _ in 1..<20 {
        do {
            return try await work()
        } catch let error as PostgresError
            where error.sqlState == .serializationFailure || error.sqlState == .deadlockDetected
        {}
    }
    return try await work()
}
