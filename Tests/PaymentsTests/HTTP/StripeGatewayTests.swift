import Crypto
import Edge
import Foundation
import HTTPTypes
import Postgres
import Schema
import Synchronization
import TestKit
import Testing

@testable import Payments

/// The Stripe adapter against PyPI's localstripe.
@Suite struct StripeGatewayTests {
    @Test func `a card is charged, kept, charged again and refunded`() async throws {
        try await StripeTill.with { shop in
            let till = shop.till
            let paid = try await till.pay(try await till.charge("4242424242424242"))
            #expect(paid.status == .completed)
            #expect(paid.gateway == GatewayProfile(id: 1, name: "Stripe", descriptor: "SHOP"))
            #expect(paid.externalID?.hasPrefix("pi_") == true)

            let again = try await till.pay(try await till.charge(method: .onfile, subtotal: 5_000))
            #expect(again.status == .completed)
            #expect(again.card?.lastFour == "1111")

            let part = try await till.settled(try await till.refund(paid.id, 2_500))
            #expect(part.status == .refunded)
            #expect(part.externalID?.hasPrefix("re_") == true)
            let intents = try await shop.objects("payment_intents")
            #expect(intents.compactMap { $0["amount"]?.integer }.sorted() == [6_000, 11_000])
            #expect(
                Set(intents.compactMap { $0["metadata", "transaction_id"]?.string })
                    == [paid.id.description, again.id.description])
            #expect(try await shop.objects("customers").count == 1)
            #expect(try await shop.objects("refunds").compactMap { $0["amount"]?.integer } == [2_500])
            #expect(try await till.differences() == [])
        }
    }

    @Test(arguments: [
        // Refused when it is given to the customer, when it is charged, and for want of the buyer's confirmation.
        ("4000000000000002", "card_declined"), ("4000000000000341", "card_declined"),
        ("4000002500003155", "authentication_required"),
    ])
    func `a declined card moves nothing`(number: String, code: String) async throws {
        try await StripeTill.with { shop in
            let declined = try await shop.till.pay(try await shop.till.charge(number))
            #expect(declined.status == .declined)
            #expect(declined.declineCode == code)
            let left = try await shop.objects("payment_intents").compactMap { $0["status"]?.string }
            #expect(Set(left).isSubset(of: ["requires_payment_method", "canceled"]))
        }
    }

    @Test func `a lost answer is looked up, and the card charged once`() async throws {
        try await StripeTill.with(losesCharge: { _ in true }, losesRefund: { _ in true }) { shop in
            let till = shop.till
            let paid = try await till.pay(try await till.charge("4242424242424242"))
            #expect(paid.status == .completed)
            #expect(try await shop.objects("payment_intents").count == 1)
            let refund = try await till.settled(try await till.refund(paid.id, 2_500))
            #expect(refund.status == .refunded)
            #expect(try await shop.objects("refunds").count == 1)
            #expect(try await till.differences() == [])
            // The lookup has told of the card too.
            #expect(try await till.pay(try await till.charge(method: .onfile)).status == .completed)
        }
    }

    @Test func `what is held is captured or called off`() async throws {
        try await StripeTill.with(runs: false) { shop in
            let gateway = try #require(try await shop.till.gateways.gateway(1, of: shop.till.account))
            func hold() async throws -> GatewayCapture {
                let made = try await shop.stripe.send(
                    "POST", "/v1/payment_intents",
                    body: [
                        "amount": 11_000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": true,
                        "capture_method": "manual",
                    ])
                return GatewayCapture(
                    key: TransactionID(), account: shop.till.account,
                    amount: Money(minorUnits: 11_000, currency: .usd), externalID: try made.json["id"]?.string)
            }
            let held = try await hold()
            var verdicts: [GatewayAnswer.Verdict] = []
            for _ in 0..<2 { verdicts.append(try await gateway.capture(held).verdict) }
            // It is too late for that.
            verdicts.append(try await gateway.void(held).verdict)
            #expect(verdicts == [.completed, .completed, .completed])
            let unwanted = try await hold()
            verdicts = []
            for _ in 0..<2 { verdicts.append(try await gateway.void(unwanted).verdict) }
            verdicts.append(try await gateway.capture(unwanted).verdict)
            #expect(verdicts == [.voided, .voided, .voided])
            let left = try await shop.objects("payment_intents").compactMap { $0["status"]?.string }
            #expect(left.sorted() == ["canceled", "succeeded"])
        }
    }

    @Test func `a webhook of Stripe settles what nobody has heard the answer of`() async throws {
        try await StripeTill.with(runs: false) { shop in
            let charge = try await shop.till.charge("4242424242424242")
            try await shop.till.send(charge)
            let statuses = Mutex<[Int]>([])
            let receiver = try await WebhookReceiver.start { delivery in
                let status = try await shop.deliver(
                    delivery.body, signature: delivery.headers["stripe-signature"] ?? "")
                statuses.withLock { $0.append(status) }
                return .init(status)
            }
            _ = try await shop.stripe.send(
                "POST", "/_config/webhooks/shop",
                body: ["url": .string(receiver.url("/hook")), "secret": .string(StripeTill.webhookSecret)])
            _ = try await shop.stripe.send(
                "POST", "/v1/payment_intents",
                body: [
                    "amount": 11_000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": true,
                    "metadata": ["transaction_id": .string(charge.transactionID.description)],
                ])
            let settled = try await shop.till.settled(charge.transactionID)
            #expect(settled.status == .completed)
            #expect(settled.gateway?.name == "Stripe")
            try await eventually("Stripe is answered") { statuses.withLock { $0 } == [204] }
            // The same message, and one about it that is not signed by Stripe.
            let message = try #require(receiver.deliveries.first)
            let signature = try #require(message.headers["stripe-signature"])
            #expect(try await shop.deliver(message.body, signature: signature) == 204)
            #expect(try await shop.deliver(message.body + [0x20], signature: signature) == 400)
            #expect(try await shop.deliver(message.body, signature: "t=1,v1=00") == 400)
            #expect(try await shop.deliver(message.body, signature: signature, account: AccountID()) == 400)
            #expect(try await shop.till.events(of: charge.transactionID) == ["payment_completed"])
            await receiver.stop()
        }
    }

    @Test func `a dispute that takes the money back is booked`() async throws {
        try await StripeTill.with { shop in
            let paid = try await shop.till.pay(try await shop.till.charge("4242424242424242"))
            let event: JSONValue = [
                "type": "charge.dispute.funds_withdrawn",
                "data": ["object": ["payment_intent": .string(paid.externalID ?? ""), "reason": "fraudulent"]],
            ]
            let body = try JSON.encode(event)
            #expect(try await shop.deliver(body, signature: sign(body)) == 204)
            #expect(try await shop.till.transaction(paid.id)?.status == .chargeback)
            #expect(try await shop.till.differences() == [])
            let unknown = try JSON.encode(["type": "invoice.created", "data": ["object": [:]]] as JSONValue)
            #expect(try await shop.deliver(unknown, signature: sign(unknown)) == 204)
        }
    }

    private func sign(_ body: [UInt8], at seconds: Int64 = Timestamp.now().microseconds / 1_000_000) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(seconds).".utf8) + body, using: SymmetricKey(data: Array(StripeTill.webhookSecret.utf8)))
        return "t=\(seconds),v1=" + code.map { String(format: "%02x", $0) }.joined()
    }

    @Test func `a signature is good for five minutes`() throws {
        let now = Timestamp.now()
        let body = Array("{}".utf8)
        let seconds = now.microseconds / 1_000_000
        for (age, isValid): (Int64, Bool) in [(0, true), (299, true), (301, false), (-301, false)] {
            let signature = try #require(StripeSignature(sign(body, at: seconds - age)))
            #expect(signature.isValid(for: body, secret: StripeTill.webhookSecret, at: now) == isValid, "\(age)")
            #expect(!signature.isValid(for: body, secret: "whsec_other", at: now))
        }
        for header in ["", "t=x,v1=00", "v1=00", "nonsense"] { #expect(StripeSignature(header) == nil) }
        let odd = try #require(StripeSignature("t=\(seconds),v1=abc"))
        #expect(!odd.isValid(for: body, secret: StripeTill.webhookSecret, at: now))
    }

    @Test func `gateways are configured without showing their keys`() async throws {
        try await StripeTill.with(runs: false) { shop in
            let changed = try await shop.configure("1", ["name": "Main", "kind": "stripe"])
            #expect(changed.status == 200)
            #expect(changed.json["name"]?.string == "Main")
            #expect(changed.json["has_webhook_secret"] == true)
            let text = String(decoding: try JSON.encode(changed.json), as: UTF8.self)
            #expect(!text.contains(StripeTill.apiKey))
            let rows = try await shop.till.database.query("SELECT secrets FROM gateways")
            #expect(try !rows[0]["secrets", as: String.self].contains(StripeTill.apiKey))
            let store = GatewayStore(database: shop.till.database, keyring: shop.till.keyring)
            #expect(try await store.gateways(of: shop.till.account).first?.secrets?.apiKey == StripeTill.apiKey)

            #expect(try await shop.configure("1", ["name": "Main", "kind": "sandbox"]).status == 409)
            #expect(try await shop.configure("2", ["name": "Other", "kind": "stripe"]).status == 400)
            #expect(try await shop.configure("2", ["name": "Other", "kind": "square"]).status == 400)
            #expect(try await shop.configure("0", ["name": "Other", "kind": "sandbox"]).status == 400)
            #expect(try await shop.configure("7", ["name": "Try out", "kind": "sandbox"]).status == 201)
            let gateways = shop.till.gateways
            #expect(try await gateways.gateway(7, of: shop.till.account)?.profile.name == "Try out")
            #expect(try await gateways.gateway(nil, of: shop.till.account)?.profile.name == "Main")
            #expect(try await gateways.gateway(9, of: shop.till.account) == nil)
            #expect(try await gateways.gateway(9, of: AccountID())?.profile.name == "Sandbox")
        }
    }

    @Test func `amounts are counted as Stripe counts them`() throws {
        func units(_ amount: Int64, _ code: String) throws -> Int64? {
            StripeAmount.units(of: Money(minorUnits: amount, currency: try #require(Currency(code))))
        }
        #expect(try units(1_234, "USD") == 1_234)
        #expect(try units(1_234, "JPY") == 1_234)
        #expect(try units(12, "ISK") == 1_200)
        #expect(try units(1_230, "KWD") == 1_230)
        #expect(try units(1_234, "KWD") == nil)
        #expect(try units(1_200, "MGA") == 12)
    }
}
