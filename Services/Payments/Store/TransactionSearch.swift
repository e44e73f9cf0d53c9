import Edge
import Messaging
import Postgres
import Schema

/// The SQL of the search for transactions.
struct TransactionSearch: Sendable {
    let database: PostgresDatabase

    /// A page, newest first, and how many there are: exactly or, in a long list, at least.
    ///
    /// Each filter that few transactions have in common has an index in this order. What is counted beside the page is
    /// read from the same index.
    func transactions(
        of account: AccountID, _ query: TransactionQuery, _ page: HealthSuite.PageRequest
    ) async throws -> (transactions: [PaymentTransaction], total: Int) {
        let rows = try await database.query(
            """
            SELECT \(constant: TransactionStore.columns) FROM transactions WHERE \(matching: query, account)
            ORDER BY created_at DESC, id DESC LIMIT \(page.perPage) OFFSET \(page.offset)
            """
        ).map { try PaymentTransaction($0) }
        // A page that is not full is the last one.
        if rows.count < page.perPage, !rows.isEmpty || page.offset == 0 { return (rows, page.offset + rows.count) }
        let counted = try await database.query(
            """
            SELECT count(*) AS total FROM (
                SELECT FROM transactions WHERE \(matching: query, account)
                ORDER BY created_at DESC, id DESC LIMIT \(page.countedRows)
            ) AS counted
            """)
        return (rows, try counted.first?["total"] ?? 0)
    }

    /// How a transaction stands, by its number.
    func status(of number: String, of account: AccountID) async throws -> TransactionStatus? {
        try await database.query(
            "SELECT status FROM transactions WHERE account_id = \(account) AND number = \(number)"
        ).first.map { TransactionStatus(rawValue: try $0["status"]) }
    }
}

extension PostgresQuery.StringInterpolation {
    /// The condition for the transactions that are looked for.
    fileprivate mutating func appendInterpolation(matching query: TransactionQuery, _ account: AccountID) {
        appendLiteral("account_id = ")
        appendInterpolation(account)
        equal("number", query.number)
        equal("order_number", query.orderNumber)
        equal("customer_number", query.customerNumber)
        equal("email", query.email)
        equal("status", query.status)
        equal("card_first_six", query.cardFirstSix)
        equal("card_last_four", query.cardLastFour)
        if let id = query.externalID {
            // An array, so that the one or two are found first, whatever the planner guesses.
            appendLiteral(" AND id = ANY (ARRAY(SELECT transaction_id FROM gateway_references WHERE account_id = ")
            appendInterpolation(account)
            appendLiteral(" AND external_id = ")
            appendInterpolation(id)
            appendLiteral("))")
        }
        if let day = query.firstDay { begin(of: day, daysLater: 0, ">=", account) }
        if let day = query.lastDay { begin(of: day, daysLater: 1, "<", account) }
        if let amounts = query.amounts {
            appendLiteral(" AND (currency, amount) IN (SELECT * FROM unnest(")
            appendInterpolation(amounts.map(\.currency))
            appendLiteral("::text[], ")
            appendInterpolation(amounts.map(\.minorUnits))
            appendLiteral("::bigint[]))")
        }
    }

    private mutating func equal(_ column: StaticString, _ value: String?) {
        guard let value else { return }
        appendLiteral(" AND \(column) = ")
        appendInterpolation(value)
    }

    /// Compares with the moment at which a day begins in the account's time zone.
    private mutating func begin(
        of day: String, daysLater: Int, _ comparison: StaticString, _ account: AccountID
    ) {
        appendLiteral(" AND created_at \(comparison) (")
        appendInterpolation(day)
        appendLiteral("::date + ")
        appendInterpolation(daysLater)
        appendLiteral("::integer)::timestamp AT TIME ZONE coalesce(")
        appendLiteral("(SELECT time_zone FROM account_settings WHERE account_id = ")
        appendInterpolation(account)
        appendLiteral("), 'UTC')")
    }
}
