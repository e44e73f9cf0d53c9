import Edge
import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// An order is paid once, whatever else comes in for it.
@Suite struct SurplusTests {
    private static let wallet: JSONValue = [
        "method": "paypal_wallet", "return_url": "https://shop.example/thanks",
        "cancel_url": "https://shop.example/cart",
    ]

    /// An order whose buyer is at the wallet; its number.
    private func sentAway(_ till: Till) async throws -> JSONValue {
        let order = try await till.post("/checkout/orders", Till.order(payment: Self.wallet))
        #expect(order.data["payment_status"] == "pending_redirect")
        return try #require(order.data["order_number"])
    }

    private func commands(_ till: Till, _ name: String) async throws -> Int {
        let rows = try await till.database.query(
            "SELECT count(*) AS count FROM outbox WHERE type LIKE \("%.\(name).%")")
        return try #require(rows.first)["count"]
    }

    private func purposes(_ till: Till) async throws -> [String] {
        try await till.database.query("SELECT purpose FROM checkout_transactions ORDER BY transaction_id")
            .map { try $0["purpose"] }
    }

    @Test func anApprovalThatIsNoLongerWantedIsCalledOff() async throws {
        try await Till.open { till in
            let number = try await sentAway(till)
            let paid = try await till.post(
                "/checkout/orders/payment", ["order_number": number, "payment": Till.card()])
            #expect(paid.status == 200, "\(paid.document.serialized())")
            let wallet = try #require(till.payments.charges.first).transactionID
            try await eventually("the wallet is called off") { till.payments.snapshot(of: wallet)?.status == .voided }
            let late = try await till.post("/checkout/orders/capture", ["order_number": number])
            #expect(late.status == 404)
            #expect(try await till.status(of: number.string ?? "") == "processing")
            #expect(try await till.database.query("SELECT declines FROM checkouts")[0]["declines"] as Int == 0)
            #expect(try await commands(till, "void_requested") == 1)
            #expect(try await commands(till, "refund_requested") == 0)
        }
    }

    @Test func aWalletThatIsTakenAfterTheCardIsGivenBack() async throws {
        try await Till.open { till in
            till.payments.ignoreVoids()
            let number = try await sentAway(till)
            _ = try await till.post("/checkout/orders/payment", ["order_number": number, "payment": Till.card()])
            let wallet = try #require(till.payments.charges.first).transactionID
            var taken = try #require(till.payments.snapshot(of: wallet))
            taken.status = .completed
            try await till.payments.deliver(taken, to: till)
            // Told again, and much later, it is the same surplus.
            try await till.payments.deliver(taken, to: till)
            try await eventually("the money goes back") {
                try await till.told().count { $0 == "order_refunded" } == 1
            }
            #expect(try await commands(till, "refund_requested") == 1)
            #expect(try await purposes(till) == ["surplus", "order", "refund"])
            #expect(try await till.status(of: number.string ?? "") == "processing")
            #expect(try await till.told().count { $0 == "order_placed" } == 1)
            let upsell = try await till.post(
                "/checkout/orders/upsell", ["order_number": number, "upsell_id": "more", "quantity": 1])
            #expect(upsell.status == 200, "what the order was paid with still counts")
        }
    }

    @Test func theBuyerMayComeBackToTheWalletWhenTheCardIsDeclined() async throws {
        try await Till.open { till in
            let number = try await sentAway(till)
            let declined = try await till.post(
                "/checkout/orders/payment", ["order_number": number, "payment": Till.card("4000000000000002")])
            #expect(declined.status == 422)
            till.payments.approveWallets()
            let captured = try await till.post("/checkout/orders/capture", ["order_number": number])
            #expect(captured.status == 200, "\(captured.document.serialized())")
            #expect(captured.data["status"] == "processing")
            let line = try await till.database.query("SELECT transaction_id FROM checkout_items")[0]
            #expect(try line["transaction_id"] as TransactionID == till.payments.charges[0].transactionID)
        }
    }

    @Test func aWalletForAnotherCartIsGivenBack() async throws {
        try await Till.open { till in
            till.payments.ignoreVoids()
            let number = try await sentAway(till)
            _ = try await till.post(
                "/checkout/orders/payment",
                [
                    "order_number": number, "payment": Till.card("4000000000000002"),
                    "products": [["offer_id": "box", "quantity": 3]],
                ])
            till.payments.approveWallets()
            let captured = try await till.post("/checkout/orders/capture", ["order_number": number])
            #expect(captured.status == 422)
            #expect(captured.data["payment_status"] == "declined")
            try await eventually("the money goes back") { try await commands(till, "refund_requested") == 1 }
            #expect(try await till.told().contains("order_placed") == false)
        }
    }

    @Test func whatComesForACancelledOrderIsGivenBack() async throws {
        try await Till.open(patience: .milliseconds(50)) { till in
            let number = try await till.placeOrder()
            try await eventually("it is paid") { try await till.status(of: number) == "processing" }
            till.payments.fallSilent(true)
            _ = try await till.post(
                "/checkout/orders/upsell", ["order_number": .string(number), "upsell_id": "more", "quantity": 1])
            let id: OrderID = try await till.database.query("SELECT id FROM orders")[0]["id"]
            _ = try await till.database.withTransaction { transaction in
                try await till.book.orders.cancel(id, of: till.account, in: transaction)
            }
            till.payments.fallSilent(false)
            try await eventually("the upsell's money goes back") {
                try await commands(till, "refund_requested") == 1
            }
            #expect(try await till.status(of: number) == "cancelled")
            #expect(try await till.told().contains("upsell_added") == false)
        }
    }

    @Test func anUpsellThatIsAnsweredAfterTheOrderWasClosedIsSentToo() async throws {
        try await Till.open(patience: .milliseconds(50), closingPause: .zero) { till in
            let number = try await till.placeOrder()
            try await eventually("it is paid") { try await till.status(of: number) == "processing" }
            till.payments.fallSilent(true)
            _ = try await till.post(
                "/checkout/orders/upsell", ["order_number": .string(number), "upsell_id": "more", "quantity": 1])
            _ = try await till.post("/checkout/orders/complete", ["order_number": .string(number)])
            #expect(try await till.count("fulfillment_plans") == 1)
            till.payments.fallSilent(false)
            try await eventually("it is to be sent") { try await till.count("fulfillment_plans") == 2 }
            // A closed order is not closed again and again.
            #expect(try await till.book.closeDue(limit: 10) == 0)
            #expect(try await till.status(of: number) == "completed")
        }
    }

    // MARK: Disputes

    /// Has the gateway report what became of the order's payment.
    private func report(_ status: TransactionStatus, _ till: Till, charge: Int = 0) async throws {
        let id = till.payments.charges[charge].transactionID
        var snapshot = try #require(till.payments.snapshot(of: id))
        snapshot.status = status
        try await till.payments.deliver(snapshot, to: till)
    }

    @Test func aChargebackMarksTheOrder() async throws {
        try await Till.open { till in
            let number = try await till.placeOrder()
            try await report(.chargeback, till)
            #expect(try await till.status(of: number) == "chargeback")
            #expect(try await till.told().last == "order_charged_back")
            let body: JSONValue = ["order_number": .string(number), "upsell_id": "more", "quantity": 1]
            #expect(try await till.post("/checkout/orders/upsell", body).status == 422)
            #expect(try await till.post("/checkout/orders/complete", ["order_number": .string(number)]).status == 422)
            let again = try await till.post(
                "/checkout/orders/payment", ["order_number": .string(number), "payment": Till.card()])
            #expect(again.status == 422)
            #expect(try await till.book.closeDue(limit: 10) == 0)
        }
    }

    /// What is sold by subscription and sent at once.
    private static var club: CampaignSnapshot {
        var campaign = CartTests.campaign()
        campaign.products[0].saleType = "subscription"
        campaign.products[0].requiresShipping = true
        campaign.fulfillmentDelayHours = 0
        return campaign
    }

    private func states(_ table: StaticString, _ till: Till) async throws -> [String] {
        try await till.database.query("SELECT status FROM \(constant: table) ORDER BY id").map { try $0["status"] }
    }

    @Test(arguments: [TransactionStatus.chargeback, .voided])
    func whoTakesTheirMoneyBackIsChargedAndSentNoMore(status: TransactionStatus) async throws {
        try await Till.open(campaign: Self.club) { till in
            let number = try await till.placeOrder()
            _ = try await till.placeOrder("al@example.com")
            _ = try await till.post("/checkout/orders/complete", ["order_number": .string(number)])
            #expect(try await states("subscriptions", till) == ["active", "active"])
            #expect(try await states("fulfillments", till) == ["pending"])
            try await report(status, till)
            #expect(try await states("subscriptions", till) == ["cancelled", "active"])
            #expect(try await states("fulfillments", till) == ["cancelled"])
            let told = try await till.database.query(
                "SELECT payload FROM outbox WHERE type LIKE '%.subscription_cancelled.%'"
            ).map { try JSON.decode(SubscriptionCancelled.self, from: $0["payload", as: String.self]) }
            #expect(told.map(\.subscription.reason) == [status.rawValue])
            #expect(told.first?.subscription.nextBillingAt == nil)
        }
    }

    private func cancelAsDealer(_ till: Till, key: String = "c1") async throws -> RouteCaller.Answer {
        let routes = DealerOrderRoutes(
            checkout: till.book, idempotency: Idempotency(database: till.database, keyring: till.keyring)
        ).routes
        let id: OrderID = try await till.database.query("SELECT id FROM orders")[0]["id"]
        return try await RouteCaller(routes).call(
            "POST /v1/orders/{id}/cancel", ["id": id.description], key: key, as: till.account)
    }

    @Test func whatADealersSiteCancelsIsGivenBackAndNotSent() async throws {
        try await Till.open(campaign: Self.club) { till in
            let number = try await till.placeOrder()
            _ = try await till.post(
                "/checkout/orders/upsell", ["order_number": .string(number), "upsell_id": "more", "quantity": 1])
            _ = try await till.post("/checkout/orders/complete", ["order_number": .string(number)])
            let cancelled = try await cancelAsDealer(till)
            #expect(cancelled.status == 200, "\(cancelled.body.serialized())")
            #expect(cancelled.body["status"] == "cancelled")
            #expect(try await states("fulfillments", till) == ["cancelled"])
            #expect(try await states("subscriptions", till) == ["cancelled"])
            try await eventually("both charges are given back") {
                try await till.told().count { $0 == "order_refunded" } == 2
            }
            #expect(try await till.status(of: number) == "cancelled")
            // Once more is nothing more.
            #expect(try await cancelAsDealer(till, key: "c2").status == 200)
            #expect(try await commands(till, "refund_requested") == 2)
            #expect(try await till.told().count { $0 == "order_cancelled" } == 1)
        }
    }

    @Test func aRenewalThatIsTakenBackIsTheLast() async throws {
        try await Till.open(campaign: Self.club) { till in
            let number = try await till.placeOrder()
            let subscriptions = try #require(till.book.subscriptions as? SubscriptionBook)
            #expect(try await subscriptions.renewDue(limit: 10, at: .now() + .seconds(366 * 86_400)) == 1)
            try await eventually("the renewal is paid") {
                try await till.database.query("SELECT status FROM checkout_transactions WHERE purpose = 'renewal'")
                    .first?["status"] == "completed"
            }
            try await report(.chargeback, till, charge: 1)
            #expect(try await states("subscriptions", till) == ["cancelled"])
            #expect(try await till.status(of: number) == "processing", "the order itself was paid")
        }
    }

    @Test func aVoidCallsTheOrderOff() async throws {
        try await Till.open { till in
            let number = try await till.placeOrder()
            try await report(.voided, till)
            #expect(try await till.status(of: number) == "voided")
            #expect(try await till.told().last == "order_cancelled")
            let row = try await till.database.query("SELECT status FROM orders")[0]
            #expect(try row["status"] as String == "cancelled")
            let rows = try await till.database.query("SELECT payload FROM outbox WHERE type LIKE '%order_cancelled%'")
            let event = try JSON.decode(OrderCancelled.self, from: rows[0]["payload", as: String.self])
            #expect(event.order.checkout?.status == "voided")
        }
    }

    @Test func aVoidedUpsellIsAPartialRefund() async throws {
        try await Till.open { till in
            let number = try await till.placeOrder()
            _ = try await till.post(
                "/checkout/orders/upsell", ["order_number": .string(number), "upsell_id": "more", "quantity": 1])
            try await report(.voided, till, charge: 1)
            #expect(try await till.status(of: number) == "partially_refunded")
            #expect(try await till.told().last == "order_refunded")
            let closed = try await till.post("/checkout/orders/complete", ["order_number": .string(number)])
            #expect(closed.status == 200)
        }
    }
}
