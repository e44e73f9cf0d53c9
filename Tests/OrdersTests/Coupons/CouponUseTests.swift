import Edge
import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Orders

/// How often coupons can be used, in the database.
@Suite struct CouponUseTests {
    private let account = AccountID()

    private func withBook(_ body: @Sendable (CouponBook, PostgresDatabase) async throws -> Void) async throws {
        try await TestDatabase.with(migrations: OrdersService.allMigrations) { database, _ in
            try await body(CouponBook(database: database), database)
        }
    }

    private func create(_ book: CouponBook, _ change: (inout CouponTerms) -> Void) async throws {
        var terms = CouponTerms()
        terms.code = "TEN"
        terms.name = "Ten percent"
        terms.discount = try #require(CouponAmount("10"))
        change(&terms)
        let final = terms
        _ = try await book.store.database.withTransaction {
            try await book.store.insert(final, of: account, at: .now(), in: $0)
        }
    }

    private func cart(_ customer: CustomerID = CustomerID(), order: OrderID = OrderID()) -> CouponCart {
        CouponCart(
            account: account, orderID: order, customerID: customer, campaignInternalID: "1", currency: .usd,
            country: "US", subtotal: 10_000, shipping: 500, items: [])
    }

    private func redeem(_ book: CouponBook, _ cart: CouponCart, as code: String = "TEN") async throws -> Int64 {
        try await book.store.database.withTransaction { try await book.redeem(code, for: cart, in: $0) }
    }

    private func uses(_ book: CouponBook) async throws -> Int64? {
        try await book.store.coupon("TEN", of: account)?.totalUses
    }

    /// Redeems for every cart at once; answers how many were let through.
    private func race(_ book: CouponBook, _ carts: [CouponCart]) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for cart in carts {
                group.addTask {
                    do {
                        return try await redeem(book, cart) == 1_000
                    } catch RequestError.validation {
                        return false
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    @Test func aLimitHoldsUnderARace() async throws {
        try await withBook { book, _ in
            try await create(book) { $0.usageLimit = 100 }
            #expect(try await race(book, (0..<500).map { _ in cart() }) == 100)
            #expect(try await uses(book) == 100)
            await #expect(throws: CouponRefusal.usageLimitReached.requestError) { try await redeem(book, cart()) }
        }
    }

    @Test func aLimitPerCustomerHoldsUnderARace() async throws {
        try await withBook { book, _ in
            try await create(book) { $0.usageLimitPerCustomer = 2 }
            let customers = (0..<5).map { _ in CustomerID() }
            #expect(try await race(book, (0..<100).map { cart(customers[$0 % 5]) }) == 10)
            #expect(try await uses(book) == 10)
        }
    }

    /// Uses of the time without a limit count against one that is set later.
    @Test func aLimitCountsEarlierUses() async throws {
        try await withBook { book, database in
            try await create(book) { _ in }
            #expect(try await race(book, (0..<20).map { _ in cart() }) == 20)
            _ = try await database.withTransaction { transaction in
                try await book.update("ten", of: account, in: transaction) { terms in
                    var terms = terms
                    terms.usageLimit = 25
                    return terms
                }
            }
            #expect(try await race(book, (0..<20).map { _ in cart() }) == 5)
            #expect(try await uses(book) == 25)
        }
    }

    @Test func anOrderUsesACouponOnce() async throws {
        try await withBook { book, database in
            try await create(book) {
                $0.usageLimit = 1
                $0.usageLimitPerCustomer = 1
            }
            let cart = cart()
            _ = try await redeem(book, cart)
            _ = try await redeem(book, cart)
            #expect(try await uses(book) == 1)
        }
    }

    @Test func onlyAnUnpaidOrderGivesItsUseBack() async throws {
        try await Sale.with { sale in
            let book = CouponBook(database: sale.database)
            var terms = CouponTerms()
            terms.code = "ONCE"
            terms.usageLimit = 1
            let once = terms
            _ = try await sale.database.withTransaction {
                try await book.store.insert(once, of: sale.account, at: .now(), in: $0)
            }
            let order = try await sale.order()
            let cart = CouponCart(
                account: sale.account, orderID: order.orderID, customerID: order.customerID, campaignInternalID: "1",
                currency: .usd, country: "US", subtotal: 100, shipping: 0, items: [])
            _ = try await redeem(book, cart, as: "once")
            func usesAfterRelease() async throws -> Int64? {
                try await sale.database.withTransaction {
                    book.releaseIfUnpaid(order.orderID, of: sale.account, in: $0)
                }
                return try await book.store.coupon("ONCE", of: sale.account)?.totalUses
            }
            #expect(try await usesAfterRelease() == 1)
            try await sale.database.execute(
                "UPDATE checkouts SET status = 'declined' WHERE order_id = \(order.orderID)")
            #expect(try await usesAfterRelease() == 0)
            #expect(try await usesAfterRelease() == 0)
            _ = try await redeem(book, cart, as: "once")
        }
    }

    @Test func aRolledBackOrderHasUsedNothing() async throws {
        struct Stop: Error {}
        try await withBook { book, database in
            try await create(book) { $0.usageLimit = 1 }
            await #expect(throws: Stop.self) {
                try await database.withTransaction { transaction in
                    _ = try await book.redeem("TEN", for: cart(), in: transaction)
                    throw Stop()
                }
            }
            #expect(try await redeem(book, cart()) == 1_000)
        }
    }

    @Test func codesAreUniqueUntilDeletedAndBelongToTheirAccount() async throws {
        try await withBook { book, database in
            func isDeleted(by account: AccountID) async throws -> Bool {
                try await database.withTransaction {
                    try await book.store.delete("TEN", of: account, at: .now(), in: $0)
                }
            }
            try await create(book) { _ in }
            await #expect(throws: CouponCodeTaken.self) { try await create(book) { $0.code = "ten" } }
            #expect(try await book.store.coupon("TEN", of: AccountID()) == nil)
            #expect(try await !isDeleted(by: AccountID()))
            #expect(try await isDeleted(by: account))
            #expect(try await book.store.coupon("TEN", of: account) == nil)
            await #expect(throws: CouponRefusal.unknown.requestError) { try await redeem(book, cart()) }
            try await create(book) { _ in }
        }
    }

    @Test func validatingKnowsTheCustomerByMail() async throws {
        try await withBook { book, database in
            try await create(book) {
                $0.usageLimitPerCustomer = 1; $0.allowedEmails = ["jo@example.com"]
            }
            let customer = CustomerID()
            try await database.execute(
                """
                INSERT INTO checkout_customers (account_id, id, number, email, person, revision, sequence, created_at)
                VALUES (\(account), \(customer), 'CUST-1', 'jo@example.com', '{}', \(customer), 1, now())
                """)
            var context = CouponContext(currency: .usd, subtotal: 10_000)
            #expect(try await book.validate("TEN", for: context, of: account)?.refusals == [.emailNotAllowed])
            context.email = "Jo@Example.com"
            #expect(try await book.validate("TEN", for: context, of: account)?.discount == 1_000)
            #expect(try await redeem(book, cart(customer)) == 1_000)
            #expect(try await book.validate("TEN", for: context, of: account)?.refusals == [.customerLimitReached])
            #expect(try await uses(book) == 1, "validating uses nothing")
        }
    }
}
