import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// Refunds and captures, against the database.
@Suite struct RefundTests {
    private func transaction(_ till: Till) async throws -> JSONValue {
        let row = try await till.database.query("SELECT number FROM checkout_transactions WHERE purpose = 'order'")
            .first
        return .string(try #require(row)["number"])
    }

    private func amounts(_ reply: Till.Reply) -> [String] {
        (reply.data["transactions"]?.array ?? []).compactMap { $0["amount"]?.string }.sorted()
    }

    @Test func partsAndTheRestAreGivenBack() async throws {
        try await Till.open { till in
            let number = try await till.placeOrder()
            let charge = try await transaction(till)
            let part = try await till.post(
                "/checkout/transactions/refund",
                ["transaction_number": charge, "amount": 25, "refund_reason": "unhappy"])
            #expect(part.status == 200, "\(part.document.serialized())")
            #expect(part.data["order_number"]?.string == number)
            #expect(part.data["status"] == "partially_refunded")
            #expect(amounts(part) == ["-25.00", "55.00"])
            #expect(part.data["cart"]?["total"] == "55.00")
            let item = try #require(part.data["cart"]?["items"]?.array?.first)
            #expect(item["quantity"] == "1" && item["unit_price"] == "50.00" && item["is_upsell"] == false)
            let rest = try await till.post(
                "/checkout/transactions/refund", ["transaction_number": charge, "amount": "30.00", "is_external": "no"])
            #expect(rest.data["status"] == "refunded")
            let over = try await till.post(
                "/checkout/transactions/refund", ["transaction_number": charge, "amount": "0.01"])
            #expect(over.status == 422)
            #expect(try await till.told().count { $0 == "order_refunded" } == 2)
        }
    }

    @Test func allIsGivenBackWhereNoAmountIsNamed() async throws {
        try await Till.open { till in
            _ = try await till.placeOrder()
            let full = try await till.post(
                "/checkout/transactions/refund", ["transaction_number": try await transaction(till)])
            #expect(full.data["status"] == "refunded")
            #expect(amounts(full) == ["-55.00", "55.00"])
        }
    }

    @Test func moreThanWasChargedStaysEvenWhenRaced() async throws {
        try await Till.open { till in
            _ = try await till.placeOrder()
            let charge = try await transaction(till)
            let more = try await till.post(
                "/checkout/transactions/refund", ["transaction_number": charge, "amount": "55.01"])
            #expect(more.status == 422)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        try await till.post(
                            "/checkout/transactions/refund", ["transaction_number": charge, "amount": "20.00"]
                        ).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200, 200, 422, 422, 422])
        }
    }

    @Test(
        arguments: [
            (["amount": 1], "transaction_number"), (["transaction_number": "TXN-1", "amount": 0], "amount"),
            (["transaction_number": "TXN-1", "amount": "0.00"], "amount"),
        ] as [(JSONValue, String)])
    func faultsAreNamed(_ body: JSONValue, _ field: String) async throws {
        try await Till.open { till in
            let reply = try await till.post("/checkout/transactions/refund", body)
            #expect(reply.status == 422)
            #expect(reply.errors[field] != nil)
            let unknown = try await till.post("/checkout/transactions/refund", ["transaction_number": "TXN-0"])
            #expect(unknown.status == 404)
        }
    }

    @Test func aWalletIsCapturedOnceApproved() async throws {
        try await Till.open { till in
            let wallet: JSONValue = [
                "method": "paypal_wallet", "return_url": "https://shop.example/thanks",
                "cancel_url": "https://shop.example/cart",
            ]
            let order = try await till.post("/checkout/orders", Till.order(payment: wallet))
            #expect(order.status == 201)
            #expect(order.data["payment_status"] == "pending_redirect")
            #expect(order.data["redirect_url"] == "https://wallet.example/1")
            let number: JSONValue = ["order_number": order.data["order_number"] ?? .null]
            let early = try await till.post("/checkout/orders/capture", number)
            #expect(early.status == 422)
            #expect(early.document["message"] == "Payment capture failed: The buyer has not approved")
            till.payments.approveWallets()
            let captured = try await till.post("/checkout/orders/capture", number)
            #expect(captured.status == 200, "\(captured.document.serialized())")
            #expect(captured.document["message"] == "Payment captured successfully")
            #expect(captured.data["status"] == "processing")
            #expect(captured.data["payment_status"] == "completed")
            #expect(try JSON.text(captured.data["total"]) == "55")
            let again = try await till.post("/checkout/orders/capture", number)
            #expect(again.document["message"] == "Payment already captured")
            #expect(again.data["transaction_number"] == captured.data["transaction_number"])
            #expect(try await till.post("/checkout/orders/capture", ["order_number": "ORD-0"]).status == 404)
        }
    }

    @Test func whatWasPaidByCardIsNotCaptured() async throws {
        try await Till.open { till in
            let number = try await till.placeOrder()
            let reply = try await till.post("/checkout/orders/capture", ["order_number": .string(number)])
            #expect(reply.status == 404)
        }
    }
}
