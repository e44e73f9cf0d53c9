import Edge
import Messaging
import Postgres
import Schema

/// Looks up the orders that notes are written on.
struct NotedOrders: Sendable {
    let database: PostgresDatabase

    /// The order of a number, as a list of its notes shows it; nil if the account has none such.
    func order(_ number: String, of account: AccountID) async throws -> NotedOrder? {
        try await database.query(
            "SELECT status FROM checkouts WHERE account_id = \(account) AND number = \(number)"
        ).first.map { NotedOrder(orderNumber: number, status: try $0["status"]) }
    }
}

/// An order beside its notes.
struct NotedOrder: Encodable, Sendable {
    let orderNumber: String
    let status: String

    enum CodingKeys: String, CodingKey {
        case status
        case orderNumber = "order_number"
    }
}
