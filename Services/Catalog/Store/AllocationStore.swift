import Messaging
import Postgres
import Schema

/// The SQL of allocations: what each order took of which listing.
struct AllocationStore: Sendable {
    /// Opens the allocation of an order; false when the order was dealt with before.
    func open(
        _ order: OrderID, of account: AccountID, at time: Timestamp, in transaction: PostgresTransaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            INSERT INTO allocations (account_id, order_id, sequence, status, created_at, updated_at)
            VALUES (\(account), \(order), 1, 'unavailable', \(time), \(time)) ON CONFLICT DO NOTHING
            """) == 1
    }

    /// Records what an order took.
    func allocate(
        _ allocations: [StockAllocation], to order: OrderID, of account: AccountID,
        in transaction: PostgresTransaction
    ) {
        transaction.send(
            """
            UPDATE allocations SET status = 'allocated' WHERE account_id = \(account) AND order_id = \(order)
            """)
        transaction.send(
            """
            INSERT INTO allocation_lines (account_id, order_id, line, listing_id, quantity)
            SELECT \(account), \(order), line, listing_id, quantity
            FROM unnest(\(allocations.map(\.line))::int[], \(allocations.map(\.listingID.uuid))::uuid[],
                \(allocations.map(\.quantity))::bigint[]) AS lines (line, listing_id, quantity)
            """)
    }

    /// Ends the allocation of an order and answers what it had taken with the sequence of the event that tells so, or
    /// nil if it holds nothing.
    func release(
        _ order: OrderID, of account: AccountID, at time: Timestamp, in transaction: PostgresTransaction
    ) async throws -> (sequence: Int64, quantities: [ListingID: Int])? {
        let released = try await transaction.query(
            """
            UPDATE allocations SET status = 'released', sequence = sequence + 1, updated_at = \(time)
            WHERE account_id = \(account) AND order_id = \(order) AND status = 'allocated' RETURNING sequence
            """)
        guard let sequence: Int64 = try released.first?["sequence"] else { return nil }
        let lines = try await transaction.query(
            """
            SELECT listing_id, sum(quantity)::bigint AS quantity FROM allocation_lines
            WHERE account_id = \(account) AND order_id = \(order) GROUP BY listing_id
            """)
        let quantities = try lines.map { (try $0["listing_id", as: ListingID.self], try $0["quantity", as: Int.self]) }
        return (sequence, Dictionary(uniqueKeysWithValues: quantities))
    }
}
