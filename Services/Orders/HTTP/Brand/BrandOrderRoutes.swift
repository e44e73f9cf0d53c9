import Edge
import HTTPTypes
import Messaging
import Schema

/// Orders as brands read and change them (`giddyup.md`, "Orders").
struct BrandOrderRoutes: Sendable {
    let book: BrandBook
    let brands: BrandStore
    let counter: PaymentCounter
    let idempotency: Idempotency

    var routes: [Route] {
        var brand = RouteGroup(GiddyUp())
        brand.get("/v1/openapi/brand.json", isPublic: true) { _ in .json(bytes: GiddyUp.document) }
        brand.get("/api/public/orders/{order_id}", retrieve)
        brand.post("/api/public/orders/{order_id}/return/", takeBack)
        brand.post("/api/public/orders/{order_id}/refund/", refund)
        brand.post("/api/public/orders/{order_id}/cancel/", cancel)
        brand.get("/api/orders/brand-item-return-reasons", isPublic: true, returnReasons)
        return brand.routes
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        try await answer(request)
    }

    private func takeBack(_ request: APIRequest) async throws -> APIResponse {
        let account = request.principal.account
        let reasons = try await brands.returnReasons(of: account)
        let allowed = (reasons.isEmpty ? ReturnReason.standard : reasons).map(\.reason)
        let items = try request.decode(ReturnItemsRequest.self).items(allowing: allowed)
        let reference = try request.parameter("order_id")
        let actor = request.actor
        return try await Self.telling {
            try await idempotency.perform(request, isRequired: false) { transaction in
                let order = try await book.takeBack(
                    items, of: reference, account: account, by: actor, in: transaction)
                return try .json(GiddyUp.OrderBody(order.snapshot, buyer: order.buyer))
            }
        }
    }

    private func refund(_ request: APIRequest) async throws -> APIResponse {
        let body = try request.decode(BrandRefundRequest.self)
        let reference = try request.parameter("order_id")
        return try await settle(request) { transaction in
            try await book.refund(
                reference, of: request.principal.account, by: request.actor, in: transaction
            ) { try body.refund(in: $0) }
        }
    }

    private func cancel(_ request: APIRequest) async throws -> APIResponse {
        let body = try request.decode(BrandRefundRequest.self)
        let reference = try request.parameter("order_id")
        return try await settle(request) { transaction in
            try await book.cancel(
                reference, of: request.principal.account, reason: try body.allowedReason(), by: request.actor,
                in: transaction)
        }
    }

    /// Has refunds asked for, once for each Idempotency-Key, waits for payments and shows the order. A refund that takes
    /// longer, or that the gateway refuses, shows so by its status.
    private func settle(
        _ request: APIRequest, _ ask: @escaping @Sendable (Transaction) async throws -> [TransactionID]
    ) async throws -> APIResponse {
        let kept = try await Self.telling {
            try await idempotency.perform(request, isRequired: false) { transaction in
                try .json(try await ask(transaction))
            }
        }
        for refund in try JSON.decode([TransactionID].self, from: kept.body) {
            _ = try await counter.reply(to: refund)
        }
        return try await answer(request)
    }

    private func answer(_ request: APIRequest) async throws -> APIResponse {
        let reference = try request.parameter("order_id")
        guard let order = try await book.order(reference, of: request.principal.account) else {
            throw RequestError.notFound("order")
        }
        return try .json(GiddyUp.OrderBody(order.snapshot, buyer: order.buyer))
    }

    /// What the rules refuse, in the dialect's way.
    private static func telling(_ body: () async throws -> APIResponse) async throws -> APIResponse {
        do {
            return try await body()
        } catch let refusal as BrandRefusal {
            throw RequestError.rejected(code: "refused", message: refusal.message)
        }
    }

    private struct ReasonBody: Encodable {
        let reason: ReturnReason
        let brand: Int64

        enum CodingKeys: String, CodingKey {
            case reason, brand, id
            case isVisible = "visible_to_shopper"
            case displayOrder = "display_order"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(reason.reason, forKey: .reason)
            try container.encode(brand, forKey: .brand)
            try container.encode(reason.id, forKey: .id)
            try container.encode(reason.isVisibleToShopper, forKey: .isVisible)
            try container.encode(reason.displayOrder, forKey: .displayOrder)
        }
    }

    /// All reasons of a brand; there are at most 100, which is one page.
    private struct ReasonsBody: Encodable {
        let results: [ReasonBody]

        enum CodingKeys: String, CodingKey { case count, next, previous, results }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(results.count, forKey: .count)
            try container.encodeNil(forKey: .next)
            try container.encodeNil(forKey: .previous)
            try container.encode(results, forKey: .results)
        }
    }

    private func returnReasons(_ request: APIRequest) async throws -> APIResponse {
        guard let number = request.headers[.brandID].flatMap({ Int64($0) }),
            let account = try await brands.account(ofBrand: number)
        else { throw RequestError.notFound("brand") }
        let reasons = try await brands.returnReasons(of: account)
        return try .json(ReasonsBody(results: reasons.map { ReasonBody(reason: $0, brand: number) }))
    }
}

extension APIRequest {
    /// The mail address of the brand's user for whom a client acts, as it says; webhooks tell it.
    fileprivate var actor: String? {
        headers[.brandUser].flatMap { $0.isEmpty || $0.utf8.count > 254 ? nil : $0 }
    }
}

extension HTTPField.Name {
    // Names of letters and hyphens are always valid.
    fileprivate static let brandID = HTTPField.Name("X-Brand-ID") ?? .from
    fileprivate static let brandUser = HTTPField.Name("X-Brand-User") ?? .from
}
