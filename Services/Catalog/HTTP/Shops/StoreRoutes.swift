import Edge
import HTTPTypes
import Schema

/// Noticia's stores (`noticia.md`, "Stores").
struct StoreRoutes: Sendable {
    let shops: Shops
    let idempotency: Idempotency

    private static let list = "stores"

    var routes: [Route] {
        var noticia = RouteGroup(Noticia())
        noticia.post("/v1/stores", upsert)
        noticia.get("/v1/stores", list)
        noticia.get("/v1/stores/{store_id}", retrieve)
        return noticia.routes
    }

    private func upsert(_ request: APIRequest) async throws -> APIResponse {
        let content = try request.decode(StoreRequest.self).content()
        return try await idempotency.perform(request, isRequired: false) { transaction in
            let (shop, isNew) = try await shops.upsert(content, of: request.principal.account, in: transaction)
            return try .json(StoreBody(shop.snapshot), status: isNew ? .created : .ok)
        }
    }

    private func list(_ request: APIRequest) async throws -> APIResponse {
        let query = try Noticia.PageQuery(request, list: Self.list, fields: 2)
        let start = try query.start.map { fields in
            guard let id = StoreID(fields[1]) else { throw Noticia.PageQuery.invalidCursor }
            return (name: fields[0], id: id)
        }
        let found = try await shops.store.shops(
            after: start, limit: query.limit + 1, of: request.principal.account)
        let page = query.page(of: found, list: Self.list) { [$0.content.name, $0.id.description] }
        return try .json(Noticia.ListBody(page.map { StoreBody($0.snapshot) }))
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        let reference = ShopReference(try request.parameter("store_id"))
        guard let shop = try await shops.store.shop(reference, of: request.principal.account) else {
            throw RequestError.notFound("store")
        }
        return try .json(StoreBody(shop.snapshot))
    }
}
