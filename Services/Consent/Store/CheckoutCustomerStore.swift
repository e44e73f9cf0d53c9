import Messaging
import Postgres
import Schema

/// The SQL of the checkout's customers.
struct CheckoutCustomerStore: Sendable {
    let database: PostgresDatabase

    /// Adds a customer, or gives one whose data was deleted a person again.
    func insert(_ customer: CheckoutCustomer, in transaction: PostgresTransaction) throws {
        transaction.send(
            """
            INSERT INTO checkout_customers (account_id, id, number, person_id, details, created_at)
            VALUES (\(customer.account), \(customer.id), \(customer.number), \(customer.person),
                \(try JSON.text(customer.details)), \(customer.createdAt))
            ON CONFLICT (account_id, id) DO UPDATE SET person_id = EXCLUDED.person_id, details = EXCLUDED.details
            """)
    }

    /// Writes what the checkout now knows of a customer, and answers who is behind it; nil if there is no such customer or
    /// their data was deleted. What an order does not say, such as a telephone number, is still known from those before.
    func update(
        _ id: CustomerID, of account: AccountID, _ details: CheckoutPerson, in transaction: PostgresTransaction
    ) async throws -> CustomerID? {
        try await transaction.query(
            """
            UPDATE checkout_customers SET details = (details::jsonb || \(try JSON.text(details))::jsonb)::text
            WHERE account_id = \(account) AND id = \(id) AND person_id IS NOT NULL RETURNING person_id
            """
        ).first?["person_id"]
    }

    /// The customer of a number, locked until the transaction ends: whoever bans or pardons holds it.
    func lock(_ key: CustomerKey, in transaction: PostgresTransaction) async throws -> CheckoutCustomer? {
        try await transaction.query(
            """
            SELECT \(constant: Self.columns) FROM checkout_customers
            WHERE account_id = \(key.account) AND number = \(key.number) FOR UPDATE
            """
        ).first.map { try CheckoutCustomer($0) }
    }

    /// The customers of these numbers, as far as they are known.
    func customers(_ keys: [CustomerKey]) async throws -> [CustomerKey: CheckoutCustomer] {
        let rows = try await database.query(
            """
            SELECT \(constant: Self.columns) FROM checkout_customers
            WHERE (account_id, number) IN (
                SELECT * FROM unnest(\(keys.map(\.account))::uuid[], \(keys.map(\.number))::text[]))
            """)
        let customers = try rows.map { try CheckoutCustomer($0) }
        return Dictionary(uniqueKeysWithValues: customers.map { ($0.key, $0) })
    }

    private static let columns: StaticString = "account_id, id, number, person_id, details, created_at"
}

extension CheckoutCustomer {
    var key: CustomerKey { CustomerKey(account: account, number: number) }

    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row["id"], account: try row["account_id"], number: try row["number"],
            person: try row["person_id"], details: try JSON.decode(from: try row["details", as: String.self]),
            createdAt: try row["created_at"])
    }
}
