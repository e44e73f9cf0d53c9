import Edge
import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// Subscriptions in the database: renewed once, by whichever replica, and cancelled.
@Suite struct SubscriptionBookTests {
    private func book(_ sale: Sale, retries: [Duration] = [.zero, .zero]) -> SubscriptionBook {
        SubscriptionBook(database: sale.database, outbox: Sale.outbox, keyring: sale.keyring, retries: retries)
    }

    private func open(_ book: SubscriptionBook, _ sale: Sale, of customer: String? = nil) async throws -> [String] {
        let order = try await sale.order(of: customer)
        let lines = [
            Sale.line(0), Sale.line(1, saleType: "subscription", cycles: 12), Sale.line(2, saleType: "subscription"),
        ]
        return try await sale.database.withTransaction {
            try await book.open(lines, of: order, paidBy: PaymentCompleted.example.transaction, in: $0)
        }
    }

    private func inAYear() -> Timestamp { .now() + .seconds(366 * 86_400) }

    private func settle(
        _ sale: Sale, _ body: @Sendable (Transaction) async throws -> Void
    ) async throws { try await sale.database.withTransaction { try await body($0) } }

    private func statuses(_ sale: Sale) async throws -> [String] {
        try await sale.database.query("SELECT status FROM subscriptions ORDER BY line").map { try $0["status"] }
    }

    @Test func eachLineThatIsSoldAsOneOpensOne() async throws {
        try await Sale.with { sale in
            let numbers = try await open(book(sale), sale)
            #expect(numbers.count == 2)
            #expect(numbers.allSatisfy { $0.contains(/^SUB-\d{6}-\d{5}$/) })
            #expect(try await sale.told("subscription") == ["subscription_created", "subscription_created"])
        }
    }

    @Test func manyReplicasAskForEachChargeOnce() async throws {
        try await Sale.with { sale in
            let book = book(sale)
            for _ in 0..<10 { _ = try await open(book, sale) }
            let time = inAYear()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask { while try await book.renewDue(limit: 3, at: time) > 0 {} }
                }
                try await group.waitForAll()
            }
            // A replica that found the rest held by others has ended: look once more.
            while try await book.renewDue(limit: 3, at: time) > 0 {}
            let charges = try await sale.charges()
            #expect(charges.count == 20)
            #expect(Set(charges.map(\.transactionID)).count == 20)
            #expect(charges.allSatisfy { $0.method == .onfile && $0.subtotal == 3_000 && $0.tax == 0 })
            let sequences = try await sale.database.query(
                """
                SELECT array_agg(sequence ORDER BY position) AS seen FROM outbox WHERE type LIKE '%charge_requested%'
                GROUP BY subject
                """)
            let seen: [[Int64]] = try sequences.map { try $0["seen"] }
            #expect(seen.allSatisfy { $0 == [2, 3] })
        }
    }

    @Test func aPaidRenewalCountsOnceAndIsTold() async throws {
        try await Sale.with { sale in
            let book = book(sale)
            _ = try await open(book, sale)
            #expect(try await book.renewDue(limit: 10, at: inAYear()) == 2)
            let charge = try #require(try await sale.charges().first)
            for _ in 0..<2 {
                try await settle(sale) { try await book.complete(charge.transactionID, of: sale.account, in: $0) }
            }
            try await settle(sale) { try await book.complete(TransactionID(), of: sale.account, in: $0) }
            #expect(try await sale.told("subscription").filter { $0 == "subscription_renewed" }.count == 1)
            let cycles: [Int] = try await sale.database.query("SELECT billing_cycle AS n FROM subscriptions ORDER BY 1")
                .map { try $0["n"] }
            #expect(cycles == [1, 2])
        }
    }

    @Test func aDeclinedRenewalIsTriedAgainWithAnotherChargeAndThenCalledOff() async throws {
        try await Sale.with { sale in
            let book = book(sale)
            _ = try await open(book, sale)
            for attempt in 1...3 {
                #expect(try await book.renewDue(limit: 10, at: inAYear()) == 2)
                let charges = try await sale.charges()
                #expect(Set(charges.map(\.transactionID)).count == attempt * 2)
                for charge in charges {
                    try await settle(sale) { try await book.decline(charge.transactionID, of: sale.account, in: $0) }
                }
                let expected = attempt < 3 ? "past_due" : "cancelled"
                #expect(try await statuses(sale) == [expected, expected])
            }
            #expect(try await book.renewDue(limit: 10, at: inAYear()) == 0)
            let told = try await sale.told("subscription")
            #expect(told.filter { $0 == "subscription_cancelled" }.count == 2)
        }
    }

    private func cancel(
        _ book: SubscriptionBook, _ sale: Sale, _ identifier: String, _ number: String? = nil
    ) async throws -> [String] {
        try await sale.database.withTransaction { transaction in
            let request = Cancellation(identifier: identifier, number: number, reason: "poor")
            return try await book.cancel(request, of: sale.account, in: transaction).items.map(\.number)
        }
    }

    @Test func oneOrAllAreCancelled() async throws {
        try await Sale.with { sale in
            let book = book(sale)
            let numbers = try await open(book, sale)
            #expect(try await cancel(book, sale, numbers[0]) == [numbers[0]])
            #expect(try await cancel(book, sale, sale.customerNumber) == [numbers[1]])
            let nothing = RequestError.rejected(
                code: "nothing_to_cancel", message: "No cancelable subscriptions found")
            await #expect(throws: nothing) { try await cancel(book, sale, sale.customerNumber) }
            await #expect(throws: nothing) { try await cancel(book, sale, numbers[0]) }
            #expect(try await book.renewDue(limit: 10, at: inAYear()) == 0)
        }
    }

    @Test func othersAreNotCancelled() async throws {
        try await Sale.with { sale in
            let book = book(sale)
            let other = "CUST-250615-00002"
            try await sale.addCustomer(other)
            let numbers = try await open(book, sale)
            let foreign = RequestError.rejected(
                code: "foreign_subscription", message: "The subscription does not belong to this customer")
            await #expect(throws: foreign) { try await cancel(book, sale, other, numbers[0]) }
            await #expect(throws: foreign) { try await cancel(book, sale, numbers[0], numbers[1]) }
            await #expect(throws: RequestError.notFound("subscription")) {
                try await cancel(book, sale, other, "SUB-000101-99999")
            }
            await #expect(throws: RequestError.notFound("customer or subscription")) {
                try await cancel(book, sale, "CUST-000101-99999")
            }
            let stranger = Cancellation(identifier: numbers[0], number: nil, reason: "poor")
            await #expect(throws: RequestError.notFound("customer or subscription")) {
                try await sale.database.withTransaction { _ = try await book.cancel(stranger, of: ID(), in: $0) }
            }
            #expect(try await statuses(sale) == ["active", "active"])
            let all = try await sale.database.withTransaction {
                try await book.cancelAll(of: sale.customerNumber, account: sale.account, reason: "fraud", in: $0)
            }
            #expect(Set(all) == Set(numbers))
        }
    }
}
