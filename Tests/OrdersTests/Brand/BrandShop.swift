import Edge
import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// The brand API over a paid order of the checkout: a box for 50.00 and 5.00 for shipping, where nothing else is asked for.
struct BrandShop {
    let till: Till
    let number: String
    private let caller: RouteCaller

    /// - Parameters:
    ///   - prepare: What happens before the order is placed.
    ///   - order: What the order has besides.
    static func open(
        campaign: CampaignSnapshot = CartTests.campaign(), ordering order: [String: JSONValue] = [:],
        prepare: (Till) async throws -> Void = { _ in }, _ body: (BrandShop) async throws -> Void
    ) async throws {
        try await Till.open(campaign: campaign) { till in
            try await prepare(till)
            let reply = try await till.post("/checkout/orders", Till.order("jo@example.com", order))
            let number = try #require(reply.data["order_number"]?.string, "\(reply.document.serialized())")
            let shop = BrandShop(till: till, number: number, caller: RouteCaller(routes(of: till)))
            _ = try await shop.call("PUT /admin/v1/brand", body: ["number": 7])
            try await body(shop)
        }
    }

    private static func routes(of till: Till) -> [Route] {
        let brands = BrandStore(database: till.database)
        let book = BrandBook(orders: till.book.orders, checkout: till.book, fulfillments: till.book.fulfillments)
        let idempotency = Idempotency(database: till.database, keyring: till.keyring)
        let counter = PaymentCounter(
            keys: CardKeyStore(database: till.database), charges: till.book.charges, waiter: till.waiter,
            keyring: till.keyring)
        return BrandOrderRoutes(book: book, brands: brands, counter: counter, idempotency: idempotency).routes
            + ShipmentUpdateRoutes(book: book, brands: brands, idempotency: idempotency).routes
            + BrandManagementRoutes(brands: brands, idempotency: idempotency).routes
            + DealerOrderRoutes(checkout: till.book, idempotency: idempotency).routes
    }

    func call(
        _ name: String, _ parameters: [String: String] = [:], body: JSONValue? = nil, key: String? = nil,
        as other: AccountID? = nil
    ) async throws -> RouteCaller.Answer {
        try await caller.call(name, parameters, body: body, key: key, as: other ?? till.account)
    }

    func order(_ number: String? = nil, as other: AccountID? = nil) async throws -> RouteCaller.Answer {
        try await call("GET /api/public/orders/{order_id}", ["order_id": number ?? self.number], as: other)
    }

    func refund(_ body: JSONValue, of number: String? = nil) async throws -> RouteCaller.Answer {
        try await call(
            "POST /api/public/orders/{order_id}/refund/", ["order_id": number ?? self.number], body: body)
    }

    func cancel(_ body: JSONValue, of number: String? = nil) async throws -> RouteCaller.Answer {
        try await call(
            "POST /api/public/orders/{order_id}/cancel/", ["order_id": number ?? self.number], body: body)
    }

    /// Returns one kind of item.
    func takeBack(_ item: JSONValue, of number: String? = nil) async throws -> RouteCaller.Answer {
        try await call(
            "POST /api/public/orders/{order_id}/return/", ["order_id": number ?? self.number],
            body: ["return_items": [item]])
    }

    func ship(
        _ body: JSONValue, brand: String = "7", as other: AccountID? = nil
    ) async throws -> RouteCaller.Answer {
        try await call(
            "POST /api/public/{brand_id}/webhooks/shipment-update/", ["brand_id": brand], body: body, as: other)
    }
}
