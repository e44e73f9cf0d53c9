import Edge
import HTTPTypes
import Messaging
import Schema

/// The dealer API's orders (`watchtraderhub.md`, "Orders").
struct DealerOrderRoutes: Sendable {
    let checkout: CheckoutBook
    let idempotency: Idempotency

    private var book: OrderBook { checkout.orders }

    var routes: [Route] {
        var dealer = RouteGroup(WatchTraderHub())
        dealer.post("/orders", create)
        dealer.get("/orders", list)
        dealer.get("/orders/{id}", retrieve)
        dealer.post("/orders/{id}/cancel", cancel)
        return dealer.routes
    }

    private func create(_ request: APIRequest) async throws -> APIResponse {
        let report = try request.decode(DealerOrderRequest.self).order()
        let order = Order(placing: report, for: request.principal.account, at: .now())
        do {
            return try await idempotency.perform(request) { transaction in
                try book.place(order, in: transaction)
                return try .json(order.dealerBody, status: .created)
            }
        } catch OrderError.duplicateChannelOrderID {
            throw RequestError.conflict(
                code: "duplicate_channel_order_id", message: "An order with this channel_order_id was reported before.")
        }
    }

    private func list(_ request: APIRequest) async throws -> APIResponse {
        let page = try await book.store.page(PageRequest(request), of: request.principal.account)
        return try .json(WatchTraderHub.ListBody(page.map(\.dealerBody)))
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        guard let id = OrderID(try request.parameter("id")),
            let order = try await book.store.order(id, of: request.principal.account)
        else { throw RequestError.notFound("order") }
        return try .json(order.dealerBody)
    }

    private func cancel(_ request: APIRequest) async throws -> APIResponse {
        let id = OrderID(try request.parameter("id"))
        let account = request.principal.account
        do {
            return try await idempotency.perform(request) { transaction in
                guard let id, let order = try await checkout.cancel(id, of: account, in: transaction) else {
                    throw RequestError.notFound("order")
                }
                return try .json(order.dealerBody)
            }
        } catch BrandRefusal.shipped {
            throw RequestError.conflict(code: "order_shipped", message: BrandRefusal.shipped.message)
        }
    }
}

extension Order {
    var dealerBody: WatchTraderHub.OrderBody {
        WatchTraderHub.OrderBody(snapshot(), buyer: buyer)
    }
}
