import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Catalog

/// What becomes of listings and which events tell of it, in the database.
@Suite struct StockTests {
    private let account = AccountID()

    private func content(
        _ externalID: String = "a", sku: String? = nil, quantity: Int = 1
    ) -> ListingContent {
        AllocationPlanTests.listing(externalID, sku: sku, quantity: quantity).content
    }

    private func order(_ line: OrderLine) -> OrderSnapshot {
        OrderSnapshot(
            id: ID(), channelOrderID: "web-1", externalID: nil, status: .pending, currency: .eur, total: 100,
            lineItems: [line], buyer: nil, orderedAt: .now(), createdAt: .now(), updatedAt: .now())
    }

    private func withStock(_ body: (Stock, PostgresDatabase) async throws -> Void) async throws {
        let migrations = MessagingMigrations.all + CatalogService.migrations
        try await TestDatabase.with(migrations: migrations) { database, _ in
            let outbox = Outbox(service: .catalog, signal: WakeSignal())
            let keyring = try DataKeyring("k1:" + DataKeyring.generateKey())
            let stock = Stock(listings: ListingStore(database: database), outbox: outbox, keyring: keyring)
            try await body(stock, database)
        }
    }

    /// The names of the listings' events, in the order of their making.
    private func told(_ database: PostgresDatabase) async throws -> [String] {
        try await database.query(
            "SELECT split_part(type, '.', 4) AS name FROM outbox WHERE type LIKE '%.listing_%' ORDER BY position"
        ).map { try $0["name"] }
    }

    @Test func soldIsToldWhenItHappensAndOnlyThen() async throws {
        try await withStock { stock, database in
            _ = try await stock.publish(content(quantity: 2), for: account)
            let order = order(AllocationPlanTests.line("a", 2))
            try await database.withTransaction { try await stock.allocate(order, of: account, in: $0) }
            // The dealer withdraws the stock while the order holds it: cancelled, there is still nothing to sell.
            _ = try await stock.publish(content(quantity: 0), for: account)
            try await database.withTransaction { try await stock.release(order.id, of: account, in: $0) }
            _ = try await stock.publish(content(quantity: 1), for: account)
            _ = try await stock.publish(content(quantity: 0), for: account)
            let names = ["published", "sold", "updated", "updated", "updated", "sold"]
            #expect(try await told(database) == names.map { "listing_\($0)" })
        }
    }

    @Test func aLineHoldsStockOfSeveralListingsAndGivesItBack() async throws {
        try await withStock { stock, database in
            for name in ["a", "b"] { _ = try await stock.publish(content(name, sku: "s"), for: account) }
            let order = order(AllocationPlanTests.line(nil, sku: "s", 2))
            func active() async throws -> Int {
                try await database.query("SELECT 1 FROM listings WHERE status = 'active'").count
            }
            try await database.withTransaction { try await stock.allocate(order, of: account, in: $0) }
            #expect(try await active() == 0)
            try await database.withTransaction { try await stock.release(order.id, of: account, in: $0) }
            #expect(try await active() == 2)
        }
    }

    /// A change that waited for a row is not dated back to before the wait: a follower of `updated_after` was there.
    @Test func aChangeIsStampedOnceItsRowsAreLocked() async throws {
        try await withStock { stock, database in
            let (listing, _) = try await stock.publish(content(), for: account)
            let order = order(AllocationPlanTests.line("a"))
            let (allocating, released) = try await database.withTransaction { transaction in
                _ = try await stock.listings.lock([listing.id], of: account, in: transaction)
                let allocating = Task {
                    try await database.withTransaction { try await stock.allocate(order, of: account, in: $0) }
                }
                try await eventually("the order waits for the listing") {
                    try await !database.query(
                        """
                        SELECT 1 FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock'
                        """
                    ).isEmpty
                }
                return (allocating, Timestamp.now())
            }
            try await allocating.value
            let after = try await stock.listings.listing(listing.id, of: account)
            #expect(try #require(after).updatedAt >= released)
        }
    }
}
