import Messaging
import Postgres
import Schema

/// The SQL of what a gateway that keeps customers calls them, and of what it takes to find a payment there again.
struct GatewayCustomerStore: Sendable {
    let database: PostgresDatabase

    func customer(_ number: String, at gateway: Int64, of account: AccountID) async throws -> String? {
        try await database.query(
            """
            SELECT external_id FROM gateway_customers
            WHERE account_id = \(account) AND gateway_id = \(gateway) AND customer_number = \(number)
            """
        ).first?["external_id"]
    }

    /// Keeps a customer's name at a gateway; answers the one that was there first.
    func save(
        _ externalID: String, for number: String, at gateway: Int64, of account: AccountID
    ) async throws -> String {
        try await database.query(
            """
            INSERT INTO gateway_customers (account_id, gateway_id, customer_number, external_id)
            VALUES (\(account), \(gateway), \(number), \(externalID))
            ON CONFLICT (account_id, gateway_id, customer_number) DO UPDATE
            SET external_id = gateway_customers.external_id
            RETURNING external_id
            """
        ).first?["external_id"] ?? externalID
    }

    /// Where to look for a transaction whose own name at the gateway is not known.
    func trace(
        of key: TransactionID, at gateway: Int64, of account: AccountID
    ) async throws -> GatewayTrace? {
        try await database.query(
            """
            SELECT subject.kind, charge.external_id AS charge_external_id, customer.external_id AS customer
            FROM transactions subject
                LEFT JOIN transactions charge ON charge.id = subject.parent_id
                LEFT JOIN gateway_customers customer ON customer.account_id = subject.account_id
                    AND customer.gateway_id = \(gateway) AND customer.customer_number = subject.customer_number
            WHERE subject.id = \(key) AND subject.account_id = \(account)
            """
        ).first.map { row in
            if try row["kind", as: String.self] == PaymentTransaction.Kind.refund.rawValue {
                .refund(ofCharge: try row["charge_external_id"])
            } else {
                .charge(toCustomer: try row["customer"])
            }
        }
    }
}

/// What leads to a transaction at its gateway.
enum GatewayTrace: Sendable, Equatable {
    /// The gateway's name of whoever was charged.
    case charge(toCustomer: String?)
    /// The gateway's name of what was refunded.
    case refund(ofCharge: String?)
}
