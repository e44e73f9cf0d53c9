import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// The funnel from lead to completion, against the database.
@Suite struct CheckoutTests {
    /// Who has been deleted and buys again, with the very same details, is told of as somebody new: else nobody else would
    /// ever know them.
    @Test func aDeletedCustomerComesBackAsANewOne() async throws {
        try await Till.open { till in
            func buy(_ email: String, _ quantity: JSONValue = 1) async throws -> String {
                let reply = try await till.post(
                    "/checkout/orders", Till.order(email, ["products": [["offer_id": "box", "quantity": quantity]]]))
                return try #require(reply.data["customer_number"]?.string)
            }
            func forget(_ numbers: [String], joinedInto successor: CustomerID? = nil) async throws {
                let event = CustomerDeleted(
                    customerID: CustomerID(), customerNumbers: numbers, joinedInto: successor, deletedAt: .now())
                let envelope = try EventEnvelope(
                    event, from: .consent, subject: "\(event.customerID)", sequence: 9, account: till.account)
                let handler = CustomerDeletedHandler(parties: KnownPartyStore(database: till.database))
                try await till.database.withTransaction { transaction in
                    try await handler.handle(Received(envelope: envelope, payload: event), in: transaction)
                }
            }
            let gone = try await buy("jo@example.com")
            let other = try await buy("al@example.com")
            // Joined with another, the customer stays one.
            try await forget([other], joinedInto: CustomerID())
            try await forget([gone])
            #expect(try await buy("al@example.com", 2) == other)
            let back = try await buy("jo@example.com")
            #expect(back != gone)
            #expect(try await till.told().count { $0 == "checkout_customer_saved" } == 3)
            let known = try await till.database.query(
                "SELECT number FROM checkout_customers WHERE email || person LIKE '%jo@example.com%'")
            #expect(try known.map { try $0["number", as: String.self] } == [back])
            #expect(try await till.count("orders") == 4)
        }
    }

    @Test func aLeadIsPaidUpsoldAndCompleted() async throws {
        try await Till.open { till in
            let lead = try await till.post("/checkout/leads", Till.lead())
            #expect(lead.status == 201, "\(lead.document.serialized())")
            let number = try #require(lead.data["order_number"])
            #expect(number.string?.wholeMatch(of: /ORD-\d{6}-\d{5}/) != nil)
            #expect(lead.data["customer_number"]?.string?.wholeMatch(of: /CUST-\d{6}-\d{5}/) != nil)

            let paid = try await till.post(
                "/checkout/orders/payment", ["order_number": number, "payment": Till.card()])
            #expect(paid.status == 200, "\(paid.document.serialized())")
            #expect(paid.data["status"] == "processing")
            #expect(paid.data["payment_status"] == "completed")
            #expect(try JSON.text(paid.data["total"]) == "55")
            #expect(paid.data["tax_amount"] == "0.00")
            #expect(paid.data["gateway_descriptor"] == "CARAVAN")
            #expect(paid.data["subscription_created"] == false)

            let upsell = try await till.post(
                "/checkout/orders/upsell",
                [
                    "order_number": number, "upsell_id": "more", "quantity": 1, "price": "29.99",
                    "shipping_price": "4.99", "tax_amount": "2.62", "tax_rate": "0.0875",
                ])
            #expect(upsell.status == 200, "\(upsell.document.serialized())")
            #expect(try JSON.text(upsell.data["total"]) == "37.6")
            #expect(try JSON.text(upsell.data["tax_rate"]) == "0.0875")
            #expect(upsell.data["status"] == "completed")
            #expect(upsell.data["upsell_depth"] == 1)
            let pair: JSONValue = [
                ["upsell_id": "more", "quantity": 1, "shipping_price": 0],
                ["upsell_id": "more", "quantity": 2, "shipping_price": 0],
            ]
            let second = try await till.post("/checkout/orders/upsell", ["order_number": number, "upsells": pair])
            #expect(try JSON.text(second.data["total"]) == "150")
            #expect(second.data["upsell_count"] == 2)
            #expect(second.data["upsell_depth"] == 2)
            #expect(till.payments.charges.map(\.method) == [.card, .onfile, .onfile])

            let completed = try await till.post("/checkout/orders/complete", ["order_number": number])
            #expect(completed.data["status"] == "completed")
            let again = try await till.post("/checkout/orders/complete", ["order_number": number])
            #expect(again.document == completed.document)
            let late = try await till.post(
                "/checkout/orders/upsell", ["order_number": number, "upsell_id": "more", "quantity": 1])
            #expect(late.status == 422)
            let events = try await till.told().filter { !$0.hasPrefix("fulfillment") }
            #expect(
                events == [
                    "checkout_customer_saved", "lead_created", "order_placed", "upsell_added", "upsell_added",
                    "order_completed",
                ])
            let row = try #require(
                try await till.database.query(
                    "SELECT subtotal, shipping, tax, total FROM checkouts WHERE number = \(number.string)"
                ).first)
            #expect(try row["subtotal"] as Int64 == 22_999)
            #expect(try row["shipping"] as Int64 == 999)
            #expect(try row["tax"] as Int64 == 262)
            #expect(try row["total"] as Int64 == 24_260)
            #expect(try await till.count("order_lines") == 4)
        }
    }

    @Test func eventsOfAnOrderAreNumberedWithoutGaps() async throws {
        try await Till.open { till in
            let number = try await till.placeOrder()
            _ = try await till.post("/checkout/orders/complete", ["order_number": .string(number)])
            let rows = try await till.database.query(
                "SELECT type, sequence FROM outbox WHERE subject LIKE 'ord\\_%' AND type LIKE '%.orders.%' ORDER BY position"
            )
            #expect(try rows.map { try $0["sequence"] as Int64 } == Array(1...Int64(rows.count)))
            let placed = try await till.database.query("SELECT payload FROM outbox WHERE type LIKE '%order_placed%'")
            let event = try JSON.decode(OrderPlaced.self, from: try #require(placed.first)["payload", as: String.self])
            #expect(event.order.checkout?.number == number)
            #expect(event.order.total == 5_500)
            #expect(event.order.lineItems.map(\.quantity) == [1])
        }
    }

    @Test func theSameLeadAgainGoesOnWithTheOrder() async throws {
        try await Till.open { till in
            let first = try await till.post("/checkout/leads", Till.lead())
            let again = try await till.post(
                "/checkout/leads", Till.lead("JO@example.com", ["products": [["offer_id": "box", "quantity": 3]]]))
            #expect(again.data["order_number"] == first.data["order_number"])
            #expect(again.data["order_reused"] == true)
            let other = try await till.post("/checkout/leads", Till.lead("al@example.com"))
            #expect(other.data["order_number"] != first.data["order_number"])
            let paid = try await till.post(
                "/checkout/orders/payment",
                ["order_number": first.data["order_number"] ?? .null, "payment": Till.card()])
            #expect(try JSON.text(paid.data["total"]) == "155", "the newest cart counts")
            let next = try await till.post("/checkout/leads", Till.lead())
            #expect(next.data["order_reused"] == false)
            #expect(next.data["customer_number"] == first.data["customer_number"])
        }
    }

    @Test func leadsOfOneCustomerAtOnceAreOneOrder() async throws {
        try await Till.open { till in
            let numbers = try await withThrowingTaskGroup(of: JSONValue?.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await till.post("/checkout/leads", Till.lead()).data["order_number"] }
                }
                return try await group.reduce(into: Set<JSONValue?>()) { $0.insert($1) }
            }
            #expect(numbers.count == 1)
            #expect(try await till.count("checkout_customers") == 1)
        }
    }

    @Test func aDeclineIsARefusalAndCanBeTriedAgain() async throws {
        try await Till.open { till in
            let refused = try await till.post("/checkout/orders", Till.order(payment: Till.card("4000000000000002")))
            #expect(refused.status == 422)
            #expect(refused.document["success"] == false)
            #expect(refused.document["message"] == "Payment declined: Do not honor")
            #expect(refused.data["payment_status"] == "declined")
            let number = try #require(refused.data["order_number"]?.string)
            #expect(try await till.status(of: number) == "declined")
            let again = try await till.post("/checkout/orders", Till.order())
            #expect(again.status == 201)
            #expect(again.data["order_number"]?.string == number)
            #expect(again.data["order_reused"] == true)
            #expect(try await till.status(of: number) == "processing")
            let paid = try await till.post(
                "/checkout/orders/payment", ["order_number": .string(number), "payment": Till.card()])
            #expect(paid.status == 422)
            #expect(till.payments.charges.count == 2)
        }
    }

    @Test func aRetryWaitsForTheChargeUnderWay() async throws {
        try await Till.open(patience: .milliseconds(50)) { till in
            till.payments.fallSilent(true)
            let pending = try await till.post("/checkout/orders", Till.order())
            #expect(pending.status == 201)
            #expect(pending.data["payment_status"] == "processing")
            #expect(pending.data["transaction_number"] == .null)
            let retried = try await till.post("/checkout/orders", Till.order())
            #expect(retried.data["order_number"] == pending.data["order_number"])
            till.payments.fallSilent(false)
            let number = try #require(pending.data["order_number"]?.string)
            try await eventually("the outcome arrives later") { try await till.status(of: number) == "processing" }
            #expect(till.payments.charges.count == 1)
        }
    }

    @Test func theSameOrderAgainIsChargedOnce() async throws {
        try await Till.open { till in
            // Some come while the charge is under way, some after it, some in the moment of its outcome.
            for buyer in ["jo@example.com", "al@example.com", "ed@example.com"] {
                let replies = try await withThrowingTaskGroup(of: Till.Reply.self) { group in
                    for _ in 0..<20 {
                        group.addTask { try await till.post("/checkout/orders", Till.order(buyer)) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(replies.allSatisfy { $0.status == 201 && $0.data["payment_status"] == "completed" })
                #expect(Set(replies.map { $0.data["order_number"] }).count == 1)
                #expect(replies.count { $0.data["order_reused"] == false } == 1)
            }
            #expect(till.payments.charges.count == 3)
            let later = try await till.post("/checkout/orders", Till.order())
            #expect(later.data["order_reused"] == true && later.data["payment_status"] == "completed")

            func isNew(_ body: JSONValue, key: String? = nil) async throws -> Bool {
                try await till.post("/checkout/orders", body, key: key).data["order_reused"] == false
            }
            #expect(try await isNew(Till.order(payment: Till.card("5555555555554444"))), "another card")
            #expect(
                try await isNew(Till.order("jo@example.com", ["products": [["offer_id": "box", "quantity": 2]]])),
                "another cart")
            #expect(try await isNew(Till.order(), key: "a"), "another request, says the client")
            try await till.database.execute(
                "UPDATE checkouts SET last_transaction_at = last_transaction_at - interval '2 minutes'")
            #expect(try await isNew(Till.order()), "another day")
        }
    }

    @Test func anIdempotencyKeyHoldsForChargesToo() async throws {
        try await Till.open { till in
            let number = try await till.placeOrder()
            let body: JSONValue = ["order_number": .string(number), "upsell_id": "more", "quantity": 1]
            let first = try await till.post("/checkout/orders/upsell", body, key: "k")
            let again = try await till.post("/checkout/orders/upsell", body, key: "k")
            #expect(first.status == 200)
            #expect(again.document == first.document)
            #expect(till.payments.charges.count == 2)
        }
    }

    @Test func taxIsGivenOrComputed() async throws {
        var campaign = CartTests.campaign()
        campaign.taxEnabled = true
        try await Till.open(campaign: campaign) { till in
            till.payments.levy(451)
            let computed = try await till.post("/checkout/orders", Till.order())
            #expect(try JSON.text(computed.data["total"]) == "59.51")
            #expect(computed.data["tax_amount"] == "4.51")
            let given = try await till.post(
                "/checkout/orders", Till.order("al@example.com", ["tax_amount": "4.37", "tax_rate": "0.0875"]))
            #expect(try JSON.text(given.data["total"]) == "59.37")
            #expect(till.payments.charges.map(\.tax) == [nil, 437])
            #expect(till.payments.charges.allSatisfy { $0.taxQuestion?.lines.count == 1 })
            let row = try await till.database.query("SELECT total, tax FROM checkouts ORDER BY number LIMIT 1").first
            #expect(try #require(row)["total"] as Int64 == 5_951)
        }
    }

    @Test func anOrderUnderReviewIsHeld() async throws {
        try await Till.open { till in
            let held = try await till.post("/checkout/orders", Till.order("jo@example.com", ["forceQA": "true"]))
            let number = try #require(held.data["order_number"]?.string)
            #expect(held.status == 201)
            #expect(try await till.status(of: number) == "on_hold")
            #expect(try await till.book.closeDue(limit: 10) == 0)
        }
    }

    @Test func ordersCloseByThemselves() async throws {
        try await Till.open(closingPause: .zero) { till in
            let numbers = [try await till.placeOrder(), try await till.placeOrder("al@example.com")]
            let closed = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 { group.addTask { try await till.book.closeDue(limit: 10) } }
                return try await group.reduce(0, +)
            }
            #expect(closed == 2)
            for number in numbers { #expect(try await till.status(of: number) == "completed") }
            #expect(try await till.told().count { $0 == "order_completed" } == 2)
        }
    }

    @Test func outcomesCountOnceAndInOrder() async throws {
        try await Till.open { till in
            let number = try await till.placeOrder()
            let charge = try #require(till.payments.charges.first)
            let reply = try #require(try await till.book.charges.reply(to: charge.transactionID))
            let completed = try #require(reply.charge.snapshot)
            try await till.payments.deliver(completed, to: till, sequence: 1)
            var old = completed
            old.status = .declined
            try await till.payments.deliver(old, to: till, sequence: 1)
            #expect(try await till.status(of: number) == "processing")
            #expect(try await till.told().count { $0 == "order_placed" } == 1)
        }
    }
}
