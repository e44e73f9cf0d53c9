import Edge
import HTTPTypes
import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// Fulfillments in the database: created after the delay, found, cancelled.
@Suite struct FulfillmentBookTests {
    private func book(_ sale: Sale) -> FulfillmentBook {
        FulfillmentBook(database: sale.database, outbox: Sale.outbox, keyring: sale.keyring)
    }

    private func complete(
        _ book: FulfillmentBook, _ sale: Sale, of customer: String? = nil, address1: String = "1 Main St"
    ) async throws -> Checkout {
        let order = try await sale.order(of: customer, address1: address1)
        try await sale.database.withTransaction {
            try await book.plan(order, items: [Sale.line(0, ships: true), Sale.line(1)], in: $0)
        }
        return order
    }

    private func list(_ book: FulfillmentBook, _ sale: Sale, _ query: String = "") async throws -> [Fulfillment] {
        let idempotency = Idempotency(database: sale.database, keyring: sale.keyring)
        let routes = FulfillmentRoutes(book: book, idempotency: idempotency).routes
        let principal = Principal(account: sale.account, keyID: "k", dialects: [.healthSuite])
        let request = try APIRequest(route: routes[0], query: query, principal: principal)
        return try await book.store.page(
            HealthSuite.PageRequest(request), FulfillmentFilter(request.query), of: sale.account
        ).fulfillments
    }

    @Test func onlyWhatIsShippedIsSentAtOnceWithoutADelay() async throws {
        try await Sale.with { sale in
            let book = book(sale)
            let order = try await complete(book, sale)
            let made = try #require(try await list(book, sale).first)
            #expect(made.number.contains(/^FUL-\d{6}-\d{5}$/))
            #expect(made.plan.orderNumber == order.number)
            #expect(made.plan.items.count == 1)
            #expect(made.status == .pending)
            let digital = try await sale.order()
            try await sale.database.withTransaction { try await book.plan(digital, items: [Sale.line()], in: $0) }
            #expect(try await list(book, sale).count == 1)
            #expect(try await sale.told("fulfillment") == ["fulfillment_created"])
        }
    }

    @Test func whatARenewalBringsIsSentBesideTheOrder() async throws {
        try await Sale.with { sale in
            try await sale.publishCampaign(delayHours: 24)
            let book = book(sale)
            let order = try await complete(book, sale)
            let subscriptions = SubscriptionBook(
                database: sale.database, outbox: Sale.outbox, keyring: sale.keyring, retries: [])
            try await sale.database.withTransaction { transaction in
                let lines = [
                    Sale.line(2, saleType: "subscription", ships: true), Sale.line(3, saleType: "subscription"),
                ]
                _ = try await subscriptions.open(
                    lines, of: order, paidBy: PaymentCompleted.example.transaction, in: transaction)
            }
            let time = Timestamp.now() + .seconds(366 * 86_400)
            #expect(try await subscriptions.renewDue(limit: 10, at: time) == 2)
            for charge in try await sale.charges() {
                // The same outcome again is no second shipment.
                for _ in 0..<2 {
                    try await sale.database.withTransaction { transaction in
                        let renewed = try await subscriptions.complete(
                            charge.transactionID, of: sale.account, in: transaction)
                        guard let renewed else { return }
                        try await book.plan(renewal: renewed, paidBy: charge.transactionID, in: transaction)
                    }
                }
            }
            // The order comes to nothing; what was renewed since goes out.
            try await sale.database.execute("UPDATE checkouts SET status = 'chargeback'")
            #expect(try await book.createDue(limit: 10, at: time) == 2)
            let made = try await list(book, sale)
            #expect(made.count == 1)
            #expect(made.first?.plan.items.map(\.sku) == ["SKU-BOX"])
            #expect(made.first?.plan.orderNumber == order.number)
        }
    }

    /// The fulfillments that were told of as shipped, by the parcels' numbers, and who gets them.
    private func shipped(_ sale: Sale) async throws -> [(id: FulfillmentID, number: String?, recipient: Buyer?)] {
        try await sale.database.query(
            "SELECT payload FROM outbox WHERE type LIKE '%fulfillment_shipped%' ORDER BY position"
        ).map { row in
            let event = try JSON.decode(FulfillmentShipped.self, from: row["payload", as: String.self])
            return (
                event.fulfillment.id, event.fulfillment.trackingNumber,
                try event.recipient.map { try sale.keyring.open($0) }
            )
        }
    }

    @Test func eachParcelIsToldOfOnceWithWhoGetsIt() async throws {
        try await Sale.with { sale in
            let book = book(sale)
            let order = try await complete(book, sale)
            func ship(_ number: String, url: String? = nil) async throws {
                try await sale.database.withTransaction { transaction in
                    let parcel = Shipment(
                        referenceID: order.number, status: .shipped, trackingNumber: number, trackingURL: url,
                        carrier: "UPS", updatedAt: .now())
                    try await book.ship(order.orderID, parcel, of: sale.account, in: transaction)
                }
            }
            for number in ["1Z1", "1Z1", "1Z2"] { try await ship(number) }
            var told = try await shipped(sale)
            #expect(told.map(\.number) == ["1Z1", "1Z2"])
            #expect(told.allSatisfy { $0.recipient?.email == "Jo@example.com" && $0.recipient?.name == "Jo Doe" })
            // What a renewal brings has parcels of its own, and what was sent before is not told of again.
            try await sale.database.withTransaction { transaction in
                try await book.plan(order, items: [Sale.line(7, ships: true)], in: transaction)
            }
            try await ship("1Z3")
            try await ship("1Z2", url: "https://carrier.example/1Z2")
            told = try await shipped(sale)
            #expect(told.map(\.number) == ["1Z1", "1Z2", "1Z3", "1Z2"])
            #expect(told.map { $0.id == told[0].id } == [true, true, false, true])
        }
    }

    @Test func theDelayIsWaitedForAndManyReplicasCreateOnce() async throws {
        try await Sale.with { sale in
            try await sale.publishCampaign(delayHours: 24)
            let book = book(sale)
            for _ in 0..<10 { _ = try await complete(book, sale) }
            #expect(try await book.createDue(limit: 10) == 0)
            #expect(try await list(book, sale).isEmpty)
            let time = Timestamp.now() + .seconds(86_400)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask { while try await book.createDue(limit: 2, at: time) > 0 {} }
                }
                try await group.waitForAll()
            }
            while try await book.createDue(limit: 2, at: time) > 0 {}
            #expect(try await list(book, sale).count == 10)
            #expect(try await sale.told("fulfillment").count == 10)
        }
    }

    @Test func whatWasRefundedMeanwhileIsNotSent() async throws {
        try await Sale.with { sale in
            try await sale.publishCampaign(delayHours: 1)
            let book = book(sale)
            let order = try await complete(book, sale)
            try await sale.database.execute(
                "UPDATE checkouts SET status = 'refunded' WHERE order_id = \(order.orderID)")
            #expect(try await book.createDue(limit: 10, at: .now() + .seconds(3_601)) == 1)
            #expect(try await list(book, sale).isEmpty)
        }
    }

    @Test func aGroupIsACustomersAddress() async throws {
        try await Sale.with { sale in
            let book = book(sale)
            let other = "CUST-250615-00002"
            try await sale.addCustomer(other)
            _ = try await complete(book, sale)
            _ = try await complete(book, sale, address1: " 1 main st.")
            _ = try await complete(book, sale, address1: "2 Main St")
            _ = try await complete(book, sale, of: other)
            let groups = try await list(book, sale, "sort_order=asc").map(\.shippingGroupNumber)
            #expect(groups[0] == groups[1])
            #expect(Set(groups).count == 3)
            #expect(try await list(book, sale, "shipping_group_number=\(groups[0])").count == 2)
            #expect(try await list(book, sale, "shipping_group_number=none").isEmpty)
        }
    }

    @Test func filtersAndSortingFindTheRightOnes() async throws {
        try await Sale.with { sale in
            let book = book(sale)
            let orders = [try await complete(book, sale), try await complete(book, sale)]
            let numbers = try await list(book, sale, "sort_by=fulfillment_number&sort_order=asc").map(\.number)
            #expect(numbers == numbers.sorted())
            #expect(try await list(book, sale).map(\.number) == numbers.reversed())
            func found(_ query: String) async throws -> [String] { try await list(book, sale, query).map(\.number) }
            #expect(try await found("order_number=\(orders[0].number)") == [numbers[0]])
            #expect(try await found("fulfillment_number=\(numbers[1])") == [numbers[1]])
            #expect(try await found("customer_email=JO@example.com&status=pending&fulfillment_type=manual").count == 2)
            #expect(try await found("search=jo+do&per_page=1&page=2") == [numbers[0]])
            #expect(try await found("search=%25").isEmpty)
            for query in ["status=canceled", "status=x", "tracking_number=1", "rma_number=1", "customer_number=x"] {
                #expect(try await found(query).isEmpty, "\(query)")
            }
            for sort in ["created_at", "updated_at", "shipped_at", "delivered_at"] {
                #expect(try await found("sort_by=\(sort)").count == 2)
            }
            for query in ["sort_by=id", "sort_order=up", "per_page=101", "customer_email=jo"] {
                await #expect(throws: RequestError.self, "\(query)") { try await found(query) }
            }
            #expect(try await book.store.fulfillment(numbers[0], of: AccountID()) == nil)
        }
    }

    @Test func cancellingTakesWhatIsPlannedToo() async throws {
        try await Sale.with { sale in
            let book = book(sale)
            _ = try await complete(book, sale)
            try await sale.publishCampaign(delayHours: 24)
            _ = try await complete(book, sale)
            let first = try #require(try await list(book, sale).first?.number)
            func cancel(_ identifier: String, _ number: String? = nil) async throws -> Int {
                try await sale.database.withTransaction { transaction in
                    let request = Cancellation(identifier: identifier, number: number, reason: "poor")
                    return try await book.cancel(request, of: sale.account, in: transaction).items.count
                }
            }
            #expect(try await cancel(first) == 1)
            await #expect(throws: RequestError.self) { try await cancel(first) }
            #expect(try await cancel(sale.customerNumber) == 1)
            await #expect(throws: RequestError.self) { try await cancel(sale.customerNumber) }
            #expect(try await book.createDue(limit: 10, at: .now() + .seconds(2 * 86_400)) == 0)
            #expect(try await list(book, sale, "status=canceled").count == 2)
            #expect(try await sale.told("fulfillment").filter { $0 == "fulfillment_cancelled" }.count == 2)
        }
    }
}
