import Edge
import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// What becomes of a paid order, as clients of the API meet it.
@Suite struct AfterSaleRoutesTests {
    /// The id of the sale's customer, as the API shows it.
    private func customerID(in sale: Sale) async throws -> String? {
        try await sale.database.withTransaction {
            try await CustomerNumbers().id(of: sale.customerNumber, account: sale.account, in: $0)
        }.map(HealthSuite.text)
    }

    @Test func subscriptionsAreCancelledAsDocumented() async throws {
        try await Sale.with { sale in
            let book = SubscriptionBook(
                database: sale.database, outbox: Sale.outbox, keyring: sale.keyring, retries: [])
            let order = try await sale.order()
            let number = try await sale.database.withTransaction {
                try await book.open(
                    [Sale.line(saleType: "subscription")], of: order, paidBy: PaymentCompleted.example.transaction,
                    in: $0)
            }[0]
            let operation = "POST /checkout/customers/{identifier}/cancel-subscriptions"
            let path = ["identifier": number]
            let short = try await sale.send(operation, path, body: "reason=no", isForm: true)
            #expect(short.status == 422)
            #expect(short.body["errors"]?.names == ["reason"])
            let body = "reason=poor&subscription_number="
            #expect(try await sale.send(operation, path, body: body, isForm: true, as: AccountID()).status == 404)
            let done = try await sale.send(operation, path, body: body, isForm: true)
            #expect(done.body["message"] == "Subscriptions successfully canceled")
            #expect(done.body["data"]?["customer_number"] == .string(sale.customerNumber))
            #expect(done.body["data"]?["canceled_count"] == 1)
            let item = try #require(done.body["data"]?["canceled_subscriptions"]?.array?.first)
            #expect(
                item.names == [
                    "subscription_id", "subscription_number", "previous_status", "billing_interval", "billing_cycle",
                    "total_cycles", "next_billing_at",
                ])
            #expect(item["subscription_id"] == number.numberCounter.map { .number(JSONNumber($0)) })
            #expect(try await done.body["data"]?["customer_id"]?.string == customerID(in: sale))
            #expect(item["previous_status"] == "active")
            #expect(item["billing_interval"] == 30)
            #expect(item["next_billing_at"]?.string?.hasSuffix("+00:00") == true)
            #expect(try await sale.send(operation, path, body: body, isForm: true).status == 422)
        }
    }

    @Test func fulfillmentsAreShownAndCancelledAsDocumented() async throws {
        try await Sale.with { sale in
            let book = FulfillmentBook(database: sale.database, outbox: Sale.outbox, keyring: sale.keyring)
            let order = try await sale.order()
            try await sale.database.withTransaction {
                try await book.plan(order, items: [Sale.line(ships: true)], in: $0)
            }
            let listed = try await sale.send("GET /v1/fulfillments", query: "order_number=\(order.number)")
            let row = try #require(listed.body["data"]?.array?.first)
            #expect(
                row.names == [
                    "id", "fulfillment_number", "shipping_group_number", "status", "fulfillment_type", "items",
                    "shipping_carrier", "shipping_service", "tracking_number", "tracking_urls", "rma_number",
                    "created_at", "updated_at", "order", "customer",
                ])
            let item = try #require(row["items"]?.array?.first)
            #expect(item["unit_price"] == "15.00")
            #expect(item["total_price"] == JSONNumber("30").map { .number($0) })
            let number = try #require(row["fulfillment_number"]?.string)
            let path = ["fulfillmentNumber": number]
            let shown = try await sale.send("GET /v1/fulfillments/{fulfillmentNumber}", path)
            #expect(shown.body["data"]?.names.isSuperset(of: row.names) == true)
            #expect(shown.body["data"]?["shipping_city"] == "Los Angeles")
            #expect(shown.body["data"]?["shipping_cost"] == "5.00")
            #expect(shown.body["data"]?["is_gift"] == false)
            #expect(shown.body["data"]?["products"]?.array?.count == 1)
            let foreign = try await sale.send("GET /v1/fulfillments/{fulfillmentNumber}", path, as: AccountID())
            #expect(foreign.status == 404)

            let operation = "POST /checkout/customers/{identifier}/cancel-fulfillments"
            let customer = ["identifier": sale.customerNumber]
            let body = #"{"reason": "ordered twice"}"#
            #expect(try await sale.send(operation, customer, body: body, as: AccountID()).status == 404)
            let done = try await sale.send(operation, customer, body: body)
            let gone = try #require(done.body["data"]?["canceled_fulfillments"]?.array?.first)
            #expect(
                gone.names == [
                    "fulfillment_id", "fulfillment_number", "shipping_group_number", "order_number",
                    "previous_status", "items",
                ])
            #expect(gone["fulfillment_id"] == row["id"])
            #expect(try await done.body["data"]?["customer_id"]?.string == customerID(in: sale))
            #expect(gone["previous_status"] == "pending")
            let after = try await sale.send("GET /v1/fulfillments/{fulfillmentNumber}", path)
            #expect(after.body["data"]?["status"] == "canceled")
            #expect(try await sale.send(operation, customer, body: body).status == 422)
        }
    }

    @Test func anOrdersNotesAreItsAccounts() async throws {
        try await Sale.with { sale in
            let order = try await sale.order()
            let orders = NotedOrders(database: sale.database)
            #expect(try await orders.order(order.number, of: sale.account)?.status == "completed")
            #expect(try await orders.order(order.number, of: AccountID()) == nil)
            #expect(try await orders.order("ORD-000101-99999", of: sale.account) == nil)
        }
    }
}
