import Edge
import Messaging
import Postgres
import Schema

/// What a list of fulfillments is narrowed to; texts are compared as they are but for the mail address.
struct FulfillmentFilter: Sendable {
    /// A column, and what it must hold.
    var columns: [(name: StaticString, value: String)] = []
    var status: FulfillmentStatus?
    /// A part of a number, the carrier, the customer's name or mail address.
    var search: String?
    var sort = FulfillmentSort.createdAt
    var isAscending = false
}

/// What a list of fulfillments is sorted by.
enum FulfillmentSort: String, CaseIterable, Sendable {
    case createdAt = "created_at"
    case updatedAt = "updated_at"
    case shippedAt = "shipped_at"
    case deliveredAt = "delivered_at"
    case number = "fulfillment_number"
}

/// The SQL of fulfillments.
struct FulfillmentStore: Sendable {
    let database: PostgresDatabase

    /// The next number and the counter in it.
    func nextNumber(in transaction: PostgresTransaction) async throws -> (serial: Int64, number: String) {
        let rows = try await transaction.query(
            "SELECT serial, dated_number('FUL', serial) AS number FROM nextval('fulfillment_numbers') AS serial")
        guard let row = rows.first else { throw PostgresError(code: .decoding, message: "no number") }
        return (try row["serial"], try row["number"])
    }

    func insert(_ fulfillment: Fulfillment, in transaction: PostgresTransaction) throws {
        let plan = fulfillment.plan
        transaction.send(
            """
            INSERT INTO fulfillments (account_id, id, sequence, serial, number, shipping_group, order_id, order_number,
                customer_number, customer_email, customer_name, status, fulfillment_type, plan, scheduled_at,
                created_at, updated_at)
            VALUES (\(fulfillment.account), \(fulfillment.id), \(fulfillment.sequence), \(fulfillment.serial),
                \(fulfillment.number), \(fulfillment.shippingGroup), \(plan.orderID), \(plan.orderNumber),
                \(plan.customerNumber), \(plan.email.lowercased()), \(plan.name), \(fulfillment.status),
                \(fulfillment.type), \(try JSON.text(plan)), \(fulfillment.scheduledAt), \(fulfillment.createdAt),
                \(fulfillment.updatedAt))
            """)
    }

    /// Writes a cancellation or a shipment.
    func update(_ fulfillment: Fulfillment, in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE fulfillments SET sequence = \(fulfillment.sequence), status = \(fulfillment.status),
                reason = \(fulfillment.reason), shipping_carrier = \(fulfillment.carrier),
                tracking_number = \(fulfillment.trackingNumber), tracking_urls = \(fulfillment.trackingURLs),
                shipped_at = \(fulfillment.shippedAt), updated_at = \(fulfillment.updatedAt)
            WHERE account_id = \(fulfillment.account) AND id = \(fulfillment.id)
            """)
    }

    /// What a customer has and can cancel, locked, newest first.
    func lockCancelable(
        of customerNumber: String, account: AccountID, in transaction: PostgresTransaction
    ) async throws -> [Fulfillment] {
        try await transaction.query(
            """
            SELECT \(constant: Self.columns) FROM fulfillments f
            WHERE account_id = \(account) AND customer_number = \(customerNumber)
                AND status IN ('pending', 'processing', 'on_hold')
            ORDER BY id DESC FOR UPDATE
            """
        ).map { try Fulfillment($0) }
    }

    /// What is sent of an order, locked, the oldest first.
    func lock(
        ofOrder order: OrderID, account: AccountID, in transaction: PostgresTransaction
    ) async throws -> [Fulfillment] {
        try await transaction.query(
            """
            SELECT \(constant: Self.columns) FROM fulfillments f
            WHERE account_id = \(account) AND order_id = \(order) ORDER BY id FOR UPDATE
            """
        ).map { try Fulfillment($0) }
    }

    /// Whose a fulfillment is: the customer's number.
    func owner(of number: String, account: AccountID, in transaction: PostgresTransaction) async throws -> String? {
        try await transaction.query(
            "SELECT customer_number FROM fulfillments WHERE account_id = \(account) AND number = \(number)"
        ).first.map { try $0["customer_number"] }
    }

    /// A fulfillment, and the number of the transaction that paid for it.
    func fulfillment(
        _ number: String, of account: AccountID
    ) async throws -> (fulfillment: Fulfillment, transaction: String?)? {
        let found = try await database.query(
            """
            SELECT \(constant: Self.columns) FROM fulfillments f
            WHERE account_id = \(account) AND number = \(number)
            """
        ).first.map { try Fulfillment($0) }
        guard let found else { return nil }
        guard let charge = found.plan.transaction else { return (found, nil) }
        let row = try await database.query(
            "SELECT number FROM checkout_transactions WHERE transaction_id = \(charge) AND account_id = \(account)"
        ).first
        return (found, try row?["number"])
    }

    /// A page of fulfillments, and how many there are in all.
    func page(
        _ page: HealthSuite.PageRequest, _ filter: FulfillmentFilter, of account: AccountID
    ) async throws -> (fulfillments: [Fulfillment], total: Int) {
        let counted = try await database.query(
            "SELECT count(*) AS total FROM fulfillments f WHERE \(matching: filter, account)")
        let rows = try await database.query(
            """
            SELECT \(constant: Self.columns) FROM fulfillments f WHERE \(matching: filter, account)
            ORDER BY \(sorting: filter) LIMIT \(page.perPage) OFFSET \(page.offset)
            """)
        return (try rows.map { try Fulfillment($0) }, try counted.first?["total"] ?? 0)
    }

    private static let columns: StaticString = """
        f.account_id, f.id, f.sequence, f.serial, f.number, f.shipping_group, f.status, f.fulfillment_type,
        f.shipping_carrier, f.shipping_service, f.tracking_number, f.tracking_urls, f.rma_number, f.reason, f.plan,
        f.scheduled_at, f.shipped_at, f.delivered_at, f.created_at, f.updated_at
        """
}

extension FulfillmentStatus: PostgresCodable {}

extension PostgresQuery.StringInterpolation {
    /// The condition for the fulfillments that are looked for.
    fileprivate mutating func appendInterpolation(matching filter: FulfillmentFilter, _ account: AccountID) {
        appendLiteral("f.account_id = ")
        appendInterpolation(account)
        for column in filter.columns {
            appendLiteral(" AND ")
            appendInterpolation(constant: column.name)
            appendLiteral(" = ")
            appendInterpolation(column.value)
        }
        if let status = filter.status {
            appendLiteral(" AND f.status = ")
            appendInterpolation(status)
        }
        if let search = filter.search {
            // Not LIKE, where a client's % and _ would mean something.
            appendLiteral(
                """
                 AND strpos(lower(concat_ws(E'\\n', f.number, f.shipping_group, f.tracking_number, f.rma_number,
                f.shipping_carrier, f.order_number, f.customer_email, f.customer_name)), lower(
                """)
            appendInterpolation(search)
            appendLiteral(")) > 0")
        }
    }

    fileprivate mutating func appendInterpolation(sorting filter: FulfillmentFilter) {
        // The number's counter, since texts of more digits would come before others.
        let column = filter.sort == .number ? "serial" : filter.sort.rawValue
        let direction = filter.isAscending ? "ASC" : "DESC"
        appendLiteral("f.\(column) \(direction) NULLS LAST, f.serial \(direction)")
    }
}

extension Fulfillment {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row["id"], account: try row["account_id"], sequence: try row["sequence"],
            serial: try row["serial"], number: try row["number"], shippingGroup: try row["shipping_group"],
            status: try row["status"], type: try row["fulfillment_type"], carrier: try row["shipping_carrier"],
            service: try row["shipping_service"], trackingNumber: try row["tracking_number"],
            trackingURLs: try row["tracking_urls"], rmaNumber: try row["rma_number"], reason: try row["reason"],
            plan: try JSON.decode(FulfillmentPlan.self, from: row["plan", as: String.self]),
            scheduledAt: try row["scheduled_at"], shippedAt: try row["shipped_at"],
            deliveredAt: try row["delivered_at"], createdAt: try row["created_at"], updatedAt: try row["updated_at"])
    }
}
