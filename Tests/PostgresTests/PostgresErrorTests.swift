import Testing

@testable import Postgres

@Suite struct PostgresErrorTests {
    @Test(arguments: [
        SQLState.serializationFailure, .deadlockDetected, .adminShutdown, .crashShutdown, .cannotConnectNow,
        .tooManyConnections, .lockNotAvailable, "08006", "53100",
    ])
    func trouble(state: SQLState) {
        #expect(PostgresError(code: .server(state), message: "").isTransient)
    }

    @Test(arguments: [SQLState.uniqueViolation, .syntaxError, .undefinedTable, .invalidPassword, .queryCanceled])
    func mistakes(state: SQLState) {
        #expect(!PostgresError(code: .server(state), message: "").isTransient)
    }

    @Test func ownCodes() {
        #expect(PostgresError(code: .connection, message: "").isTransient)
        #expect(PostgresError(code: .leaseTimeout, message: "").isTransient)
        #expect(!PostgresError(code: .cancelled, message: "").isTransient)
        #expect(!PostgresError(code: .decoding, message: "").isTransient)
        #expect(PostgresError(code: .closed, message: "").sqlState == nil)
    }
}
