import Messaging
import Postgres
import Schema

/// The SQL of what else belongs to a person, when they turn out to be another or are deleted.
struct PersonJoinStore: Sendable {
    /// Gives a person the customers of the checkout that were another's, and answers their numbers.
    func moveCustomers(
        of id: CustomerID, to other: CustomerID, account: AccountID, in transaction: Transaction
    ) async throws -> [String] {
        try await transaction.query(
            """
            UPDATE checkout_customers SET person_id = \(other)
            WHERE account_id = \(account) AND person_id = \(id) RETURNING number
            """
        ).map { try $0["number"] }
    }

    /// Deletes a person's customers of the checkout with their notes and bans, and answers their numbers.
    ///
    /// Of one who is banned the number stays, and of the ban the digests that the checkout refuses, so that it can still
    /// be lifted.
    func eraseCustomers(
        of id: CustomerID, account: AccountID, in transaction: Transaction
    ) async throws -> [String] {
        let rows = try await transaction.query(
            """
            SELECT id, number FROM checkout_customers WHERE account_id = \(account) AND person_id = \(id) FOR UPDATE
            """)
        guard !rows.isEmpty else { return [] }
        let ids = try rows.map { try $0["id", as: CustomerID.self] }
        let numbers = try rows.map { try $0["number", as: String.self] }
        transaction.send(
            "DELETE FROM customer_notes WHERE account_id = \(account) AND owner = ANY (\(numbers)::text[])")
        transaction.send(
            "DELETE FROM standing_checks WHERE account_id = \(account) AND customer_number = ANY (\(numbers)::text[])")
        transaction.send(
            """
            DELETE FROM blacklistings
            WHERE account_id = \(account) AND customer_id = ANY (\(ids)::uuid[]) AND lifted_at IS NOT NULL
                AND applied_sequence >= sequence
            """)
        transaction.send(
            """
            UPDATE blacklistings SET reason = \(Self.erased), items = (
                SELECT json_agg(json_build_object(
                    'kind', item ->> 'kind', 'value', \(Self.erased)::text, 'digest', item ->> 'digest'))::text
                FROM json_array_elements(items::json) AS item)
            WHERE account_id = \(account) AND customer_id = ANY (\(ids)::uuid[])
            """)
        transaction.send(
            """
            DELETE FROM checkout_customers AS customer
            WHERE account_id = \(account) AND id = ANY (\(ids)::uuid[]) AND NOT EXISTS (
                SELECT FROM blacklistings AS ban
                WHERE ban.account_id = customer.account_id AND ban.customer_id = customer.id)
            """)
        transaction.send(
            """
            UPDATE checkout_customers
            SET person_id = NULL, details = \(try JSON.text(CheckoutPerson(email: "", firstName: "", lastName: "")))
            WHERE account_id = \(account) AND id = ANY (\(ids)::uuid[])
            """)
        return numbers
    }

    private static let erased = "erased"
}
