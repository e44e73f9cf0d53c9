import Edge
import Messaging
import Postgres
import Schema

/// The SQL of sales.
struct SaleStore: Sendable {
    let database: PostgresDatabase

    /// Adds a sale.
    ///
    /// The transaction throws ``SaleError/alreadyRecorded`` if the account has reported it before.
    func insert(_ sale: Sale, in transaction: PostgresTransaction) throws {
        let insert: PostgresQuery = """
            INSERT INTO sales_events (id, account_id, external_id, type, occurred_at, store_id, person_id, currency,
                total_amount, detail, created_at)
            VALUES (\(sale.id), \(sale.account), \(sale.externalID), \(sale.type), \(sale.occurredAt), \(sale.store.id),
                \(sale.buyer?.id), \(sale.total.currency), \(sale.total.minorUnits), \(try JSON.text(sale.detail)),
                \(sale.createdAt))
            """
        transaction.send(
            insert.throwing(SaleError.alreadyRecorded, onViolationOf: "sales_events_external_id_key"))
    }

    func sale(_ id: SalesEventID, of account: AccountID) async throws -> Sale? {
        try await database.query(
            "\(constant: Self.select) WHERE s.id = \(id) AND s.account_id = \(account)"
        ).first.map { try Sale($0, account: account) }
    }

    func sale(externalID: String, of account: AccountID) async throws -> Sale? {
        try await database.query(
            "\(constant: Self.select) WHERE s.external_id = \(externalID) AND s.account_id = \(account)"
        ).first.map { try Sale($0, account: account) }
    }

    /// Where a page of the list begins: after the sale of this time and id.
    struct Start: Sendable {
        let occurredAt: Timestamp
        let id: SalesEventID
    }

    /// Up to `limit` sales, those that happened last first.
    ///
    /// - Parameters:
    ///   - store: Only those of this store; nil for all.
    ///   - buyers: Only those of the person of these ids; nil for all.
    func sales(
        _ filter: SaleFilter, store: StoreID?, buyers: [CustomerID]?, after start: Start?, limit: Int,
        of account: AccountID
    ) async throws -> [Sale] {
        let condition = SaleCondition(filter: filter, store: store, buyers: buyers, start: start)
        return try await database.query(
            """
            \(constant: Self.select) WHERE s.account_id = \(account)\(matching: condition)
            ORDER BY s.occurred_at DESC, s.id DESC LIMIT \(limit)
            """
        ).map { try Sale($0, account: account) }
    }

    /// A sale and who its buyer is now.
    private static let select: StaticString = """
        SELECT s.id, s.external_id, s.type, s.occurred_at, s.currency, s.total_amount, s.detail, s.created_at,
            s.store_id, store.external_id AS store_external_id,
            CASE WHEN known.successor_id IS NULL THEN known.id ELSE successor.id END AS buyer_id,
            coalesce(successor.external_id, known.external_id) AS buyer_external_id
        FROM sales_events AS s
        JOIN known_stores AS store ON store.id = s.store_id
        LEFT JOIN known_people AS known
            ON known.id = s.person_id AND (known.successor_id IS NOT NULL OR NOT known.is_gone)
        LEFT JOIN known_people AS successor ON successor.id = known.successor_id AND NOT successor.is_gone
        """
}

/// What the rows of a list must meet. `sales_events` is `s`.
private struct SaleCondition {
    let filter: SaleFilter
    let store: StoreID?
    let buyers: [CustomerID]?
    let start: SaleStore.Start?
}

extension PostgresQuery.StringInterpolation {
    fileprivate mutating func appendInterpolation(matching condition: SaleCondition) {
        append("s.store_id =", condition.store)
        if let buyers = condition.buyers {
            appendLiteral(" AND s.person_id = ANY (")
            appendInterpolation(buyers.map(\.uuid))
            appendLiteral("::uuid[])")
        }
        append("s.type =", condition.filter.type)
        append("s.occurred_at >=", condition.filter.since)
        append("s.occurred_at <", condition.filter.until)
        if let start = condition.start {
            append("(s.occurred_at, s.id) < (", start.occurredAt)
            appendLiteral(", ")
            appendInterpolation(start.id)
            appendLiteral(")")
        }
    }

    private mutating func append(_ comparison: String, _ value: (some PostgresEncodable)?) {
        guard let value else { return }
        appendLiteral(" AND \(comparison) ")
        appendInterpolation(value)
    }
}

extension SaleType: PostgresCodable {}

extension Sale {
    fileprivate init(_ row: PostgresRow, account: AccountID) throws {
        self.init(
            id: try row["id"], account: account, externalID: try row["external_id"], type: try row["type"],
            occurredAt: try row["occurred_at"],
            store: KnownStore(id: try row["store_id"], externalID: try row["store_external_id"]),
            buyer: try KnownPerson(row),
            total: Money(minorUnits: try row["total_amount"], currency: try row["currency"]),
            detail: try JSON.decode(SaleDetail.self, from: row["detail", as: String.self]),
            createdAt: try row["created_at"])
    }
}
