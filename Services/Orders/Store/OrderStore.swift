import Edge
import Messaging
import Postgres
import Schema

/// The SQL of orders and their lines.
struct OrderStore: Sendable {
    let database: PostgresDatabase

    /// Adds an order.
    ///
    /// The transaction throws `OrderError.duplicateChannelOrderID` if the account has reported the channel's order before.
    func insert(_ order: Order, in transaction: PostgresTransaction) throws {
        let insert: PostgresQuery = """
            INSERT INTO orders (account_id, id, sequence, channel_order_id, external_id, status, currency, total_amount,
                buyer, metadata, ordered_at, created_at, updated_at)
            VALUES (\(order.account), \(order.id), \(order.sequence), \(order.channelOrderID), \(order.externalID),
                \(order.status), \(order.total.currency), \(order.total.minorUnits), \(try order.buyer.map(JSON.text)),
                \(try order.metadata.map(JSON.text)), \(order.orderedAt), \(order.createdAt), \(order.updatedAt))
            """
        transaction.send(
            insert.throwing(OrderError.duplicateChannelOrderID, onViolationOf: "orders_channel_order_id_key"))
        if !order.retail.isEmpty {
            // Few orders have any: those of other APIs are spared the column.
            transaction.send(
                """
                UPDATE orders SET retail = \(try JSON.text(order.retail))
                WHERE account_id = \(order.account) AND id = \(order.id)
                """)
        }
        transaction.send(
            """
            INSERT INTO order_lines (account_id, order_id, line, external_id, sku, quantity, unit_amount)
            SELECT \(order.account), \(order.id), line - 1, external_id, sku, quantity, unit_amount
            FROM unnest(\(order.lines.map(\.externalID))::text[], \(order.lines.map(\.sku))::text[],
                \(order.lines.map(\.quantity))::bigint[], \(order.lines.map(\.unitAmount))::bigint[])
                WITH ORDINALITY AS lines (external_id, sku, quantity, unit_amount, line)
            """)
    }

    /// Writes what changes in an order's life.
    func update(_ order: Order, in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE orders SET status = \(order.status), sequence = \(order.sequence), updated_at = \(order.updatedAt)
            WHERE account_id = \(order.account) AND id = \(order.id)
            """)
    }

    /// The order, locked until the transaction ends: whoever appends its next event must hold this lock.
    func lock(_ id: OrderID, of account: AccountID, in transaction: PostgresTransaction) async throws -> Order? {
        try await transaction.query(
            """
            \(constant: Self.select) WHERE o.account_id = \(account) AND o.id = \(id) AND o.is_placed FOR UPDATE OF o
            """
        ).first.map { try Order($0, account: account) }
    }

    /// The order of the number that its channel gave it, locked.
    func lock(
        channelOrderID: String, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Order? {
        try await transaction.query(
            """
            \(constant: Self.select)
            WHERE o.account_id = \(account) AND o.channel_order_id = \(channelOrderID) AND o.is_placed FOR UPDATE OF o
            """
        ).first.map { try Order($0, account: account) }
    }

    func order(channelOrderID: String, of account: AccountID) async throws -> Order? {
        try await database.query(
            """
            \(constant: Self.select)
            WHERE o.account_id = \(account) AND o.channel_order_id = \(channelOrderID) AND o.is_placed
            """
        ).first.map { try Order($0, account: account) }
    }

    func order(_ id: OrderID, of account: AccountID) async throws -> Order? {
        try await database.query(
            "\(constant: Self.select) WHERE o.account_id = \(account) AND o.id = \(id) AND o.is_placed"
        ).first.map { try Order($0, account: account) }
    }

    /// The orders after a cursor, newest first, or with `updatedAfter` least recently updated first, so that whoever
    /// follows the changes meets an order that changes meanwhile again instead of missing it.
    func page(_ page: PageRequest, of account: AccountID) async throws -> Page<Order> {
        let rows =
            if let start = page.changedAfter {
                try await database.query(
                    """
                    \(constant: Self.select)
                    WHERE o.account_id = \(account) AND o.is_placed AND (o.updated_at, o.id) > (\(start.time), \(start.id))
                    ORDER BY o.updated_at, o.id LIMIT \(page.limit + 1)
                    """)
            } else {
                try await database.query(
                    """
                    \(constant: Self.select)
                    WHERE o.account_id = \(account) AND o.is_placed AND o.id < \(page.before)
                    ORDER BY o.id DESC LIMIT \(page.limit + 1)
                    """)
            }
        return page.page(of: try rows.map { try Order($0, account: account) }, id: \.id.uuid, updatedAt: \.updatedAt)
    }

    /// A page of orders by a column, and how many there are.
    func page(
        by column: StaticString, isDescending: Bool, limit: Int, offset: Int, of account: AccountID
    ) async throws -> (items: [Order], count: Int) {
        let counted = try await database.query(
            "SELECT count(*) AS count FROM orders WHERE account_id = \(account) AND is_placed")
        let direction: StaticString = isDescending ? "DESC" : "ASC"
        let rows = try await database.query(
            """
            \(constant: Self.select) WHERE o.account_id = \(account) AND o.is_placed
            ORDER BY o.\(constant: column) \(constant: direction), o.id \(constant: direction)
            LIMIT \(limit) OFFSET \(offset)
            """)
        return (try rows.map { try Order($0, account: account) }, try counted.first?["count"] ?? 0)
    }

    private static let select: StaticString = """
        SELECT o.id, o.sequence, o.channel_order_id, o.external_id, o.status, o.currency, o.total_amount, o.buyer,
            o.metadata, o.ordered_at, o.created_at, o.updated_at, o.aftersales, o.retail,
            (SELECT json_agg(json_build_object('external_id', l.external_id, 'sku', l.sku, 'quantity', l.quantity,
                'unit_amount', l.unit_amount) ORDER BY l.line)
             FROM order_lines l WHERE l.account_id = o.account_id AND l.order_id = o.id) AS lines
        FROM orders o
        """
}

extension OrderStatus: PostgresCodable {}

extension Order {
    fileprivate init(_ row: PostgresRow, account: AccountID) throws {
        self.init(
            id: try row["id"], account: account, sequence: try row["sequence"], status: try row["status"],
            channelOrderID: try row["channel_order_id"], externalID: try row["external_id"],
            total: Money(minorUnits: try row["total_amount"], currency: try row["currency"]),
            lines: try JSON.decode([OrderLine].self, from: row["lines", as: String.self]),
            buyer: try row["buyer", as: String?.self].map { try JSON.decode(Buyer.self, from: $0) },
            metadata: try row["metadata", as: String?.self].map { try JSON.decode(JSONValue.self, from: $0) },
            orderedAt: try row["ordered_at"], createdAt: try row["created_at"], updatedAt: try row["updated_at"],
            aftersales: try row["aftersales", as: String?.self].map { try JSON.decode(Aftersales.self, from: $0) }
                ?? Aftersales(),
            retail: try row["retail", as: String?.self].map { try JSON.decode(from: $0) } ?? [:])
    }
}
