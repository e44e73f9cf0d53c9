import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// What upsells refuse, in both of their formats.
@Suite struct UpsellRulesTests {
    @Test func theSingleFormatsFaultsAreNamedAsItsFieldsAre() async throws {
        try await Till.open { till in
            let number = JSONValue.string(try await till.placeOrder())
            let single = try await till.post(
                "/checkout/orders/upsell", ["order_number": number, "upsell_id": "nothing", "quantity": 1])
            #expect(single.status == 422)
            #expect(single.errors["upsell_id"] != nil, "\(single.document.serialized())")
            let listed = try await till.post(
                "/checkout/orders/upsell",
                ["order_number": number, "upsells": [["upsell_id": "nothing", "quantity": 1]]])
            #expect(listed.errors["upsells.0.upsell_id"] != nil)
        }
    }

    @Test func whatAnOrderMayHoldOnceIsSoldOnce() async throws {
        var campaign = CartTests.campaign()
        for index in campaign.products.indices { campaign.products[index].allowDuplicates = false }
        try await Till.open(campaign: campaign) { till in
            let number = JSONValue.string(try await till.placeOrder())
            let twice = try await till.post(
                "/checkout/orders/upsell",
                [
                    "order_number": number,
                    "upsells": [["upsell_id": "more", "quantity": 1], ["upsell_id": "more", "quantity": 2]],
                ])
            #expect(twice.errors["upsells.1.upsell_id"] != nil, "\(twice.document.serialized())")
            let body: JSONValue = ["order_number": number, "upsell_id": "more", "quantity": 1]
            #expect(try await till.post("/checkout/orders/upsell", body).status == 200)
            let again = try await till.post("/checkout/orders/upsell", body)
            #expect(again.status == 422)
            #expect(again.errors["upsell_id"] != nil)
            #expect(till.payments.charges.count == 2)
        }
    }

    /// "The upsell's tax falls back to the CampaignUpsell.tax_rate configured on the offer", whatever the campaign's provider.
    @Test func anUpsellsOwnTaxRateNeedsNoProvider() async throws {
        try await Till.open(campaign: CartTests.campaign(taxRate: "0.1")) { till in
            let number = JSONValue.string(try await till.placeOrder())
            #expect(till.payments.charges.last?.taxQuestion == nil)
            let body: [String: JSONValue] = ["order_number": number, "upsell_id": "more", "quantity": 1]
            #expect(try await till.post("/checkout/orders/upsell", .object(body)).status == 200)
            let asked = try #require(till.payments.charges.last)
            #expect(asked.tax == nil && asked.taxQuestion?.taxEnabled == false)
            #expect(asked.taxQuestion?.lines.map(\.taxRate) == ["0.1"])
            var given = body
            given["tax_amount"] = "2.50"
            #expect(try await till.post("/checkout/orders/upsell", .object(given)).status == 200)
            let told = try #require(till.payments.charges.last)
            #expect(told.tax == 250 && told.taxQuestion == nil)
        }
    }

    @Test func whatWasRefusedCanBeTriedAgain() async throws {
        var campaign = CartTests.campaign()
        for index in campaign.products.indices { campaign.products[index].allowDuplicates = false }
        try await Till.open(campaign: campaign) { till in
            let number = try await till.placeOrder()
            let body: JSONValue = ["order_number": .string(number), "upsell_id": "more", "quantity": 1]
            till.payments.declineSaved(true)
            #expect(try await till.post("/checkout/orders/upsell", body).status == 422)
            till.payments.declineSaved(false)
            #expect(try await till.post("/checkout/orders/upsell", body).status == 200)
        }
    }

    @Test func anOrchestratorIsTheGatewayOfItsNumber() async throws {
        var campaign = CartTests.campaign()
        campaign.gatewayID = nil
        campaign.paymentOrchestratorID = 7
        try await Till.open(campaign: campaign) { till in
            for (changes, gateway): ([String: JSONValue], Int64) in [
                (["payment_orchestrator_id": 5], 5), (["payment_orchestrator_id": "5", "gateway_id": 2], 2),
                (["payment_orchestrator_id": ""], 7),
            ] {
                let buyer = "\(gateway)@example.com"
                let reply = try await till.post("/checkout/orders", Till.order(buyer, changes))
                #expect(reply.status == 201)
                #expect(till.payments.charges.last?.gatewayID == gateway)
                let number = reply.data["order_number"] ?? .null
                _ = try await till.post(
                    "/checkout/orders/upsell", ["order_number": number, "upsell_id": "more", "quantity": 1])
                #expect(till.payments.charges.last?.gatewayID == gateway, "where the card is on file")
            }
        }
    }

    @Test func aCardMayNameThePageToComeBackTo() async throws {
        try await Till.open { till in
            var card: [String: JSONValue] = [
                "method": "card", "card_number": "4111111111111111", "card_exp": "12/35", "card_cvv": "123",
            ]
            card["return_url"] = "nowhere"
            let refused = try await till.post("/checkout/orders", Till.order(payment: .object(card)))
            #expect(refused.errors["payment.return_url"] != nil)
            card["return_url"] = "https://shop.example/thanks"
            #expect(try await till.post("/checkout/orders", Till.order(payment: .object(card))).status == 201)
            #expect(till.payments.charges.last?.returnURL == "https://shop.example/thanks")
        }
    }
}
