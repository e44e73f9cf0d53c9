import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// Outcomes of several charges, as a batch of events brings them.
@Suite struct OutcomeBatchTests {
    @Test func `outcomes that come together reach their orders and requests, also two of one order`() async throws {
        try await Till.open { till in
            let number = try await till.placeOrder("a@example.com")
            till.payments.fallSilent(true)
            async let one = till.post("/checkout/orders/upsell", Self.upsell(number, quantity: 1))
            async let two = till.post("/checkout/orders/upsell", Self.upsell(number, quantity: 2))
            async let other = till.post("/checkout/orders", Till.order("b@example.com"))
            async let declined = till.post(
                "/checkout/orders", Till.order("c@example.com", payment: Till.card("4000000000000002")))
            try await eventually("all charges are asked for") {
                try await till.count("checkout_transactions WHERE is_awaited") == 4
            }
            till.payments.fallSilent(false)
            let replies = try await [one, two, other, declined]
            #expect(replies.map(\.status) == [200, 200, 201, 422])
            #expect(replies.prefix(3).allSatisfy { $0.data["payment_status"] == "completed" })
            #expect(try await till.count("checkout_transactions WHERE is_awaited") == 0)
            #expect(try await till.count("checkout_items WHERE is_upsell AND is_added") == 2)
            // The order knows both: each was settled on top of the other.
            let totals = try await till.database.query(
                """
                SELECT k.total = sum((t.snapshot::jsonb ->> 'amount')::bigint) AS is_sum FROM checkouts k
                JOIN checkout_transactions t USING (account_id, order_id) WHERE k.number = \(number) GROUP BY k.total
                """)
            #expect(try #require(totals.first)["is_sum", as: Bool.self])
            let told = try await till.told()
            #expect(told.filter { $0 == "upsell_added" }.count == 2)
            #expect(told.filter { $0 == "order_placed" }.count == 2)
        }
    }

    private static func upsell(_ number: String, quantity: Int64) -> JSONValue {
        [
            "order_number": .string(number), "upsell_id": "more", "quantity": .number(JSONNumber(quantity)),
            "price": "29.99",
        ]
    }
}
