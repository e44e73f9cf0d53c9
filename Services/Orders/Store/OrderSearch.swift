import Edge
import FoundationEssentials
import Messaging
import Postgres
import Schema

/// The SQL of the search for orders of the checkout.
///
/// Orders are walked from the newest on, along the index that the filter leads to, and no further than the page and its
/// total need: so a search over everything costs no more when there is more.
struct OrderSearch: Sendable {
    let database: PostgresDatabase

    /// So many orders of one customer are shown, the newest ones.
    static let shownOrders = 100

    /// A page of the customers of matching orders, whoever ordered last first, and how many customers there are: exactly or,
    /// with more orders than a page counts, at least.
    func customers(
        of account: AccountID, _ filter: OrderFilter, _ page: HealthSuite.PageRequest
    ) async throws -> (customers: [FoundCustomer], total: Int) {
        let condition = OrderCondition(
            account: account, filter: filter, period: try await period(of: filter, account: account))
        var limit = page.countedRows
        var walk = try await walk(condition, page, limit: limit)
        // How many customers so many orders have is not known before; and a page that might be the last of what was seen
        // must not look like the last of all.
        while walk.orders == limit, page.offset + page.perPage >= walk.customers {
            limit *= 4
            walk = try await self.walk(condition, page, limit: limit)
        }
        return (try await customers(walk.page, condition), walk.customers)
    }

    /// What a walk has seen.
    private struct Walk {
        let orders: Int
        let customers: Int
        let page: [CustomerID]
    }

    private func walk(
        _ condition: OrderCondition, _ page: HealthSuite.PageRequest, limit: Int
    ) async throws -> Walk {
        let rows = try await database.query(
            """
            WITH matches AS MATERIALIZED (
                SELECT c.customer_id, row_number() OVER (ORDER BY \(constant: condition.walkedID) DESC) AS rank
                FROM \(walking: condition) WHERE \(matching: condition, isWalk: true)
                ORDER BY \(constant: condition.walkedID) DESC LIMIT \(limit)
            ), customers AS MATERIALIZED (
                SELECT customer_id, min(rank) AS rank FROM matches GROUP BY customer_id
            )
            SELECT (SELECT count(*) FROM matches) AS orders, (SELECT count(*) FROM customers) AS customers,
                ARRAY(SELECT customer_id FROM customers ORDER BY rank LIMIT \(page.perPage) OFFSET \(page.offset))
                    AS page
            """)
        guard let row = rows.first else { return Walk(orders: 0, customers: 0, page: []) }
        return Walk(orders: try row["orders"], customers: try row["customers"], page: try row["page"])
    }

    private func customers(_ ids: [CustomerID], _ condition: OrderCondition) async throws -> [FoundCustomer] {
        guard !ids.isEmpty else { return [] }
        let orders = try await database.query(
            """
            \(constant: CheckoutStore.select)
            WHERE k.account_id = \(condition.account) AND k.order_id = ANY (ARRAY(
                SELECT matches.order_id FROM unnest(\(ids)::uuid[]) AS page (customer_id) CROSS JOIN LATERAL (
                    SELECT c.order_id FROM checkouts c
                    WHERE c.customer_id = page.customer_id AND \(matching: condition, isWalk: false)
                    ORDER BY c.order_id DESC LIMIT \(Self.shownOrders)
                ) AS matches))
            ORDER BY k.order_id DESC
            """
        ).map { try CheckoutOrder($0, account: condition.account) }
        let byCustomer = Dictionary(grouping: orders, by: \.checkout.customerID)
        return try await database.query(
            """
            SELECT c.id, c.number, c.person, c.created_at
            FROM unnest(\(ids)::uuid[]) WITH ORDINALITY AS page (id, place)
            JOIN checkout_customers c ON c.account_id = \(condition.account) AND c.id = page.id
            ORDER BY page.place
            """
        ).map { row in
            let id: CustomerID = try row["id"]
            return FoundCustomer(
                id: id, number: try row["number"], person: try JSON.decode(from: row["person", as: String.self]),
                createdAt: try row["created_at"], orders: byCustomer[id] ?? [])
        }
    }

    /// The days of a filter as moments, in the account's time zone.
    private func period(of filter: OrderFilter, account: AccountID) async throws -> OrderPeriod {
        guard filter.firstDay != nil || filter.lastDay != nil else { return OrderPeriod() }
        // At the ends of the calendar a time zone would lead out of the years that a timestamp can have.
        let rows = try await database.query(
            """
            SELECT greatest((\(filter.firstDay)::date)::timestamp AT TIME ZONE zone, '0001-01-01 00:00:00+00') AS start,
                least((\(filter.lastDay)::date + 1)::timestamp AT TIME ZONE zone, '9999-12-31 23:59:59+00') AS end
            FROM (SELECT coalesce(
                (SELECT time_zone FROM account_settings WHERE account_id = \(account)), 'UTC') AS zone) AS settings
            """)
        guard let row = rows.first else { return OrderPeriod() }
        return OrderPeriod(
            start: filter.firstDay == nil ? nil : try row["start"], end: filter.lastDay == nil ? nil : try row["end"])
    }
}
