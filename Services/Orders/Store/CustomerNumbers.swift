import Postgres
import Schema

/// Looks customers of the checkout up by their numbers.
struct CustomerNumbers: Sendable {
    /// The customer's id; nil if the account has no such customer.
    func id(
        of number: String, account: AccountID, in transaction: PostgresTransaction
    ) async throws -> CustomerID? {
        try await transaction.query(
            "SELECT id FROM checkout_customers WHERE account_id = \(account) AND number = \(number)"
        ).first?["id"]
    }

    /// Whether the account has such a customer.
    func contains(
        _ number: String, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Bool {
        try await id(of: number, account: account, in: transaction) != nil
    }
}
