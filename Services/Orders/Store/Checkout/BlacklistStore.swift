import Messaging
import Postgres
import Schema

/// The SQL of the projection of consent's blacklist.
struct BlacklistStore: Sendable {
    func add(
        _ entries: [BlacklistEntry], of blacklisting: BlacklistingID, customerNumber: String, account: AccountID,
        in transaction: PostgresTransaction
    ) {
        mark(customerNumber, isBlacklisted: true, account: account, in: transaction)
        transaction.send(
            """
            INSERT INTO blacklist_entries (account_id, kind, digest, blacklisting_id)
            SELECT \(account), kind, digest, \(blacklisting)
            FROM unnest(\(entries.map(\.kind))::text[], \(entries.map(\.digest))::text[]) AS e (kind, digest)
            ON CONFLICT DO NOTHING
            """)
    }

    /// Takes out what a blacklisting has put in; what others name too stays.
    func lift(
        _ blacklisting: BlacklistingID, customerNumber: String, account: AccountID, in transaction: PostgresTransaction
    ) {
        mark(customerNumber, isBlacklisted: false, account: account, in: transaction)
        transaction.send(
            "DELETE FROM blacklist_entries WHERE account_id = \(account) AND blacklisting_id = \(blacklisting)")
    }

    /// What the search of orders goes by.
    private func mark(
        _ customerNumber: String, isBlacklisted: Bool, account: AccountID, in transaction: PostgresTransaction
    ) {
        transaction.send(
            """
            UPDATE checkout_customers SET is_blacklisted = \(isBlacklisted)
            WHERE account_id = \(account) AND number = \(customerNumber)
            """)
    }
}
