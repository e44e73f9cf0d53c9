import Edge
import Messaging
import Postgres
import Schema

/// A reason for which a brand takes items back.
struct ReturnReason: Sendable, Equatable {
    var id: Int64 = 0
    var reason: String
    var isVisibleToShopper = true
    var displayOrder: Int

    /// What brands commonly allow (`giddyup.md`, "Return Items"); those of an account that has named none.
    static let standard = [
        "didnt_see_results", "discomfort_using", "item_didnt_fit", "product_defective", "product_not_as_described",
        "product_wrong_item_received", "shipping_order_issue", "other",
    ].enumerated().map { ReturnReason(reason: $0.element, displayOrder: $0.offset + 1) }
}

/// The SQL of brands' numbers and return reasons.
struct BrandStore: Sendable {
    let database: PostgresDatabase

    /// The account that a number stands for.
    func account(ofBrand number: Int64) async throws -> AccountID? {
        try await database.query("SELECT account_id FROM brands WHERE number = \(number)").first?["account_id"]
    }

    /// The account's number; nil before it has one.
    func number(of account: AccountID) async throws -> Int64? {
        try await database.query("SELECT number FROM brands WHERE account_id = \(account)").first?["number"]
    }

    /// Gives the account a number, in the place of the one it has, and the standard reasons where it has none.
    ///
    /// The transaction throws ``RequestError/conflict(code:message:details:)`` if another account has the number.
    func save(_ number: Int64, of account: AccountID, in transaction: PostgresTransaction) {
        let claim: PostgresQuery = """
            INSERT INTO brands (number, account_id) VALUES (\(number), \(account))
            ON CONFLICT (account_id) DO UPDATE SET number = excluded.number
            """
        transaction.send(
            claim.throwing(
                RequestError.conflict(code: "brand_number_taken", message: "Another account has this number."),
                onViolationOf: "brands_pkey"))
        insert(ReturnReason.standard, of: account, ifNone: true, in: transaction)
    }

    /// The account's return reasons, in the order that shoppers see.
    func returnReasons(of account: AccountID) async throws -> [ReturnReason] {
        try await database.query(
            """
            SELECT id, reason, visible_to_shopper, display_order FROM return_reasons
            WHERE account_id = \(account) ORDER BY display_order, id
            """
        ).map { row in
            ReturnReason(
                id: try row["id"], reason: try row["reason"], isVisibleToShopper: try row["visible_to_shopper"],
                displayOrder: try row["display_order"])
        }
    }

    /// Puts these reasons in the place of the account's; one that stays keeps its id.
    func replaceReturnReasons(
        _ reasons: [ReturnReason], of account: AccountID, in transaction: PostgresTransaction
    ) {
        transaction.send(
            """
            DELETE FROM return_reasons
            WHERE account_id = \(account) AND reason <> ALL (\(reasons.map(\.reason))::text[])
            """)
        insert(reasons, of: account, ifNone: false, in: transaction)
    }

    private func insert(
        _ reasons: [ReturnReason], of account: AccountID, ifNone: Bool, in transaction: PostgresTransaction
    ) {
        transaction.send(
            """
            INSERT INTO return_reasons (account_id, reason, visible_to_shopper, display_order)
            SELECT \(account), given.* FROM unnest(\(reasons.map(\.reason))::text[],
                \(reasons.map(\.isVisibleToShopper))::boolean[], \(reasons.map(\.displayOrder))::int[]) AS given
            WHERE NOT \(ifNone)::boolean OR NOT EXISTS (SELECT FROM return_reasons WHERE account_id = \(account))
            ON CONFLICT (account_id, reason) DO UPDATE SET visible_to_shopper = excluded.visible_to_shopper,
                display_order = excluded.display_order
            """)
    }
}
