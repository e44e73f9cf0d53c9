import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// What the checkout refuses, and how it says so.
@Suite struct CheckoutRulesTests {
    @Test func allFaultsAreNamedAtOnce() async throws {
        try await Till.open { till in
            let body: JSONValue = [
                "customer": ["first_name": "Jo", "last_name": "Doe", "email": "nobody"], "ip_address": "1.2.3",
                "shipping": ["city": "LA", "state": "CA", "postal_code": "9", "country": "USA"], "currency": "XXX1",
                "products": [["quantity": 0]],
            ]
            for path in ["/checkout/leads", "/checkout/orders"] {
                let reply = try await till.post(path, body)
                #expect(reply.status == 422)
                for field in [
                    "customer.email", "shipping.address1", "shipping.country", "ip_address", "currency", "campaign_id",
                    "products.0.offer_id", "products.0.quantity",
                ] {
                    #expect(reply.errors[field] != nil, "\(path) \(field)")
                }
            }
            #expect(try await till.count("orders") == 0)
        }
    }

    @Test(
        arguments: [
            (["method": "cheque"], "payment.method"), ([:], "payment.method"),
            (["method": "card", "card_number": "", "card_exp": "12/35", "card_cvv": "123"], "payment.card_number"),
            (
                ["method": "card", "card_number": "4111111111111112", "card_exp": "12/35", "card_cvv": "123"],
                "payment.card_number"
            ),
            (
                ["method": "card", "card_number": "4111111111111111", "card_exp": "12/20", "card_cvv": "123"],
                "payment.card_exp"
            ),
            (["method": "card", "card_number": "4111111111111111", "card_cvv": "123"], "payment.card_exp_month"),
            (
                ["method": "card", "card_number": "4111111111111111", "card_exp": "12/35", "card_cvv": "12345"],
                "payment.card_cvv"
            ),
            (["method": "paypal_wallet", "cancel_url": "https://a.example"], "payment.return_url"),
            (
                ["method": "paypal_wallet", "return_url": "javascript:x", "cancel_url": "https://a"],
                "payment.return_url"
            ),
        ] as [(JSONValue, String)])
    func cardsAreCheckedBeforeAnythingIsSent(_ payment: JSONValue, _ field: String) async throws {
        try await Till.open { till in
            let reply = try await till.post("/checkout/orders", Till.order(payment: payment))
            #expect(reply.status == 422)
            #expect(reply.errors[field] != nil, "\(reply.document.serialized())")
            #expect(try await till.count("outbox") == 0)
        }
    }

    @Test func amountsAreRoundedToTheCurrency() async throws {
        try await Till.open { till in
            let cases: [(currency: String, price: String, total: String)] = [
                ("USD", "29.990000000000002", "34.99"), ("JPY", "1000.00", "1005"), ("USD", "0.005", "5.01"),
            ]
            for (currency, price, total) in cases {
                let line: JSONValue = [
                    "offer_id": "box", "quantity": 1, "price": .string(price), "shipping_price": "5.00",
                ]
                let reply = try await till.post(
                    "/checkout/orders",
                    Till.order("\(total)@example.com", ["currency": .string(currency), "products": [line]]))
                #expect(reply.data["total"] == JSONNumber(total).map { .number($0) }, "\(reply.document.serialized())")
            }
        }
    }

    @Test func quantitiesSayHowFarTheyReach() async throws {
        try await Till.open { till in
            let line: JSONValue = ["offer_id": "box", "quantity": 1_000_001]
            let reply = try await till.post("/checkout/leads", Till.lead("jo@example.com", ["products": [line]]))
            #expect(
                reply.errors["products.0.quantity"] == ["The quantity field must be from 1 to 1000000."])
            let terms = try await till.post("/checkout/orders", Till.order("jo@example.com", ["terms_accepted": "no?"]))
            #expect(terms.errors["terms_accepted"] != nil)
        }
    }

    @Test func theCampaignsLimitsHold() async throws {
        var campaign = CartTests.campaign()
        campaign.maximumAmount = 6_000
        campaign.allowedCardBrands = ["visa"]
        campaign.maxCustomerDeclines = 1
        try await Till.open(campaign: campaign) { till in
            func fault(_ changes: [String: JSONValue], payment: JSONValue = Till.card()) async throws -> JSONValue {
                let reply = try await till.post("/checkout/orders", Till.order(payment: payment, changes))
                #expect(reply.status == 422)
                return reply.document
            }
            #expect(try await fault(["campaign_id": "8"])["errors"]?["campaign_id"] != nil)
            #expect(try await fault(["products": [["offer_id": "x", "quantity": 1]]])["errors"] != .null)
            #expect(try await fault(["products": [["offer_id": "box", "quantity": 2]]])["message"] != nil)
            let amex: JSONValue = [
                "method": "card", "card_number": "378282246310005", "card_exp": "12/35", "card_cvv": "1234",
            ]
            #expect(try await fault([:], payment: amex)["errors"]?["payment.card_number"] != nil)
            let abroad = try await till.post(
                "/checkout/leads",
                Till.lead(
                    "jo@example.com",
                    [
                        "shipping": [
                            "address1": "1 Rue", "city": "Paris", "state": "IDF", "postal_code": "75001",
                            "country": "fr",
                        ]
                    ]))
            #expect(abroad.errors["shipping.country"] != nil)
            #expect(till.payments.charges.isEmpty)
            _ = try await fault([:], payment: Till.card("4000000000000002"))
            let turnedAway = try await fault([:])
            #expect(turnedAway["message"] == "Too many payments of this customer were declined.")
            #expect(till.payments.charges.count == 1)
        }
    }

    @Test func whoIsBlacklistedDoesNotBuy() async throws {
        try await Till.open { till in
            let number = try await till.placeOrder()
            let digest = BlacklistDigest(keyring: till.keyring)
            let entries = [try #require(digest.entry(.phone, "+1 (555) 123-4567"))]
            let ban = CustomerBlacklisted(
                blacklistingID: BlacklistingID(), customerNumber: "CUST-1", entries: entries, cancelSubscriptions: true,
                cancelFulfillments: true, reason: "fraud")
            try await till.database.withTransaction { transaction in
                BlacklistStore().add(
                    entries, of: ban.blacklistingID, customerNumber: ban.customerNumber, account: till.account,
                    in: transaction)
            }
            for (path, body) in [
                ("/checkout/leads", Till.lead("other@example.com")), ("/checkout/orders", Till.order()),
                ("/checkout/orders/upsell", ["order_number": .string(number), "upsell_id": "more", "quantity": 1]),
            ] {
                let refused = try await till.post(path, body)
                #expect(refused.status == 422, "\(path)")
                #expect(refused.document["message"] == "This customer is blacklisted")
            }
            try await till.database.withTransaction { transaction in
                BlacklistStore().lift(
                    ban.blacklistingID, customerNumber: ban.customerNumber, account: till.account, in: transaction)
            }
            #expect(try await till.post("/checkout/orders", Till.order()).status == 201)
        }
    }

    @Test func formsAreAsGoodAsJSON() async throws {
        try await Till.open { till in
            let form = """
                customer[email]=jo%40example.com&customer[first_name]=Jo&customer[last_name]=Doe&shipping[address1]=1+Main\
                &shipping[city]=LA&shipping[state]=CA&shipping[postal_code]=90001&shipping[country]=US\
                &billing[address1]=&campaign_id=7&currency=usd&products[0][offer_id]=box&products[0][quantity]=2\
                &products[0][price]=49.98&payment[method]=card&payment[card_number]=4111+1111+1111+1111\
                &payment[card_exp_month]=12&payment[card_exp_year]=35&payment[card_cvv]=123&forceQA=false\
                &coupon_code=&gateway_id=&tax_amount=4.37
                """
            let reply = try await till.post(
                "/checkout/orders", bytes: Array(form.utf8), type: "application/x-www-form-urlencoded")
            #expect(reply.status == 201, "\(reply.document.serialized())")
            #expect(try JSON.text(reply.data["total"]) == "109.33")
        }
    }

    @Test func anotherAccountSeesNothing() async throws {
        try await Till.open { till in
            let number = JSONValue.string(try await till.placeOrder())
            let stranger = AccountID()
            let transaction = try #require(
                try await till.database.query("SELECT number FROM checkout_transactions").first)[
                    "number", as: String.self]
            for (path, body) in [
                ("/checkout/orders/payment", ["order_number": number, "payment": Till.card()]),
                ("/checkout/orders/upsell", ["order_number": number, "upsell_id": "more", "quantity": 1]),
                ("/checkout/orders/complete", ["order_number": number]),
                ("/checkout/orders/capture", ["order_number": number]),
                ("/checkout/transactions/refund", ["transaction_number": .string(transaction)]),
            ] as [(String, JSONValue)] {
                #expect(try await till.post(path, body, account: stranger).status == 404, "\(path)")
            }
            #expect(try await till.post("/checkout/leads", Till.lead(), account: stranger).status == 422)
        }
    }

    /// The card is in no column of any table, not even in one of the bus.
    @Test func cardsStaySealed() async throws {
        try await Till.open { till in
            _ = try await till.placeOrder()
            for table in ["outbox", "checkouts", "checkout_transactions", "orders", "idempotency_keys"] {
                let rows = try await till.database.query(
                    PostgresQuery(
                        unsafeSQL: "SELECT count(*) AS count FROM \(table) t WHERE t::text LIKE '%4111111111111111%'"))
                #expect(try #require(rows.first)["count"] as Int == 0, "\(table)")
            }
            let summary = try #require(till.payments.charges.first?.cardSummary)
            #expect(summary.lastFour == "1111" && summary.brand == "visa")
        }
    }
}
