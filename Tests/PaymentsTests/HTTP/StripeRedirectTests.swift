import Postgres
import Schema
import TestKit
import Testing

@testable import Payments

/// The Stripe adapter where the buyer is sent away, against a server that answers as Stripe's documentation shows.
@Suite struct StripeRedirectTests {
    private func with(_ body: (Till, StripeDouble) async throws -> Void) async throws {
        let stripe = try await StripeDouble.start()
        let url = stripe.url
        let directory: Till.Directory = { database, keyring, sandbox in
            let customers = GatewayCustomerStore(database: database)
            return ConfiguredGateways(store: GatewayStore(database: database, keyring: keyring), sandbox: sandbox) {
                StripeGateway($0, $1, url: url, customers: customers)
            }
        }
        try await Till.with(directory: directory) { till in
            let store = GatewayStore(database: till.database, keyring: till.keyring)
            let settings = GatewaySettings(
                id: 1, name: "Stripe", kind: .stripe, secrets: GatewaySecrets(apiKey: StripeTill.apiKey),
                createdAt: Samples.time, updatedAt: Samples.time)
            _ = try await store.save(settings, of: till.account)
            try await body(till, stripe)
        }
        await stripe.stop()
    }

    /// A charge whose buyer was sent away.
    private func redirected(_ till: Till, _ charge: ChargeRequested) async throws -> TransactionID {
        try await till.send(charge)
        try await eventually("the buyer is sent away") {
            try await till.transaction(charge.transactionID)?.status == .pendingRedirect
        }
        #expect(
            try await till.transaction(charge.transactionID)?.redirectURL == "https://pm-redirects.stripe.com/pi_1")
        return charge.transactionID
    }

    private func capture(_ id: TransactionID, _ till: Till) async throws {
        try await till.send(CaptureRequested(transactionID: id, orderID: OrderID()))
    }

    @Test func whatIsApprovedAtPayPalIsCaptured() async throws {
        try await with { till, stripe in
            let id = try await redirected(till, try await till.charge(method: .paypalWallet))
            try await capture(id, till)
            try await eventually("the capture is refused") {
                try await till.transaction(id)?.declineCode == PaymentDecline.notApproved
            }
            stripe.approve()
            try await capture(id, till)
            let paid = try await till.settled(id)
            #expect(paid.status == .completed)
            #expect(paid.payerEmail == "payer@example.com")
            let intent = try #require(stripe.intents.first)
            #expect(intent["capture_method"] == "manual")
            #expect(intent["payment_method_types"] == ["paypal"])
            #expect(try await till.differences() == [])
            let fees = try await till.database.query(
                "SELECT amount FROM ledger_postings WHERE movement = 'fee' AND amount > 0")
            #expect(try fees.map { try $0["amount"] as Int64 } == [349])
        }
    }

    @Test func aCardWhoseBankWantsTheBuyerIsTakenWhenTheyAreBack() async throws {
        try await with { till, stripe in
            let charge = try await till.charge("4000002500003155", returnURL: "https://shop.example/thanks")
            let id = try await redirected(till, charge)
            stripe.approve()
            try await capture(id, till)
            #expect(try await till.settled(id).status == .completed)
            // And is on file: the next charge needs a bank's consent again, which nobody is there to give.
            let next = try await till.pay(try await till.charge(method: .onfile))
            #expect(next.declineCode == "authentication_required")
            #expect(stripe.intents.contains { $0["status"] == "canceled" })
            #expect(try await till.differences() == [])
        }
    }

    @Test func aBuyerWhomTheBankDoesNotKnowIsDeclined() async throws {
        try await with { till, stripe in
            let charge = try await till.charge("4000002500003155", returnURL: "https://shop.example/thanks")
            let id = try await redirected(till, charge)
            stripe.refuse()
            try await capture(id, till)
            let declined = try await till.settled(id)
            #expect(declined.status == .declined)
            #expect(declined.declineCode == "payment_intent_authentication_failure")
        }
    }

    @Test func aCardWithoutAPageToComeBackToIsDeclinedAndItsIntentCancelled() async throws {
        try await with { till, stripe in
            let declined = try await till.pay(try await till.charge("4000002500003155"))
            #expect(declined.declineCode == "authentication_required")
            #expect(stripe.intents.first?["status"] == "canceled")
        }
    }

    @Test func whatIsNoLongerWantedIsCancelled() async throws {
        try await with { till, stripe in
            let id = try await redirected(till, try await till.charge(method: .paypalWallet))
            stripe.approve()
            try await till.send(VoidRequested(transactionID: id, orderID: OrderID()))
            #expect(try await till.settled(id).status == .voided)
            #expect(stripe.intents.first?["status"] == "canceled")
            #expect(try await till.differences() == [])
        }
    }

    /// The buyer comes back with the money already taken.
    @Test func whatCanNoLongerBeCancelledCounts() async throws {
        try await with { till, stripe in
            let charge = try await till.charge("4000002500003155", returnURL: "https://shop.example/thanks")
            let id = try await redirected(till, charge)
            stripe.approve()
            try await till.send(VoidRequested(transactionID: id, orderID: OrderID()))
            #expect(try await till.settled(id).status == .completed)
            #expect(try await till.differences() == [])
        }
    }

    @Test func aCardThatPaysNothingIsOnlyKept() async throws {
        try await with { till, stripe in
            let free = try await till.pay(try await till.charge(subtotal: 0, tax: 0))
            #expect(free.status == .completed)
            #expect(stripe.intents.isEmpty)
            #expect(try await till.database.query("SELECT token FROM vault_references").count == 1)
        }
    }
}
