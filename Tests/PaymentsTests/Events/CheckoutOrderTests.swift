import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Payments

/// A checkout's order is paid by its charges: nothing is owed for it.
@Suite struct CheckoutOrderTests {
    private func receivables(after order: OrderSnapshot) async throws -> Int {
        try await TestDatabase.with(migrations: PaymentsService.allMigrations) { database, _ in
            let receivables = Receivables(outbox: Outbox(service: .payments, signal: WakeSignal()))
            let envelope = try EventEnvelope(
                OrderPlaced(order: order), from: .orders, subject: order.id.description, sequence: 1,
                account: AccountID())
            try await database.withTransaction { transaction in
                try await OrderPlacedHandler(receivables: receivables).handle(
                    Received(envelope: envelope, payload: OrderPlaced(order: order)), in: transaction)
                try await OrderCancelledHandler(receivables: receivables).handle(
                    Received(envelope: envelope, payload: OrderCancelled(order: order)), in: transaction)
            }
            return try await database.query("SELECT count(*) AS count FROM receivables").first?["count"] ?? 0
        }
    }

    @Test func onlyADealersOrderIsOwedFor() async throws {
        var order = OrderPlaced.example.order
        order.checkout = nil
        #expect(try await receivables(after: order) == 1)
        order.checkout = CheckoutSummary(
            number: "ORD-250615-00001", customerNumber: "CUST-250615-00001", campaignInternalID: "1",
            campaignName: "Summer", status: "processing", subtotal: 1, shipping: 0, tax: 0, discount: 0, isTest: false,
            attribution: Attribution(), upsellDepth: 0)
        #expect(try await receivables(after: order) == 0)
    }
}
