import Postgres
import Schema

/// Looks customers of the checkout up by their numbers.
struct CustomerNumbers: Sendable {
    /// Whether the account has such a customer.
    func contains(
        _ number: String, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Bool {
        try await !transaction.query(
            "SELECT 1 AS one FROM checkout_customers WHERE account_id = \(account) AND number = \(number)"
        ).isEmpty
    }
}
