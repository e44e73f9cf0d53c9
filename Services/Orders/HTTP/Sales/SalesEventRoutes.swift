import Edge
import HTTPTypes
import Messaging
import Schema

/// Noticia's sales events (`noticia.md`, "Sales Events").
struct SalesEventRoutes: Sendable {
    let book: SaleBook
    let idempotency: Idempotency

    private static let list = "sales-events"

    var routes: [Route] {
        var noticia = RouteGroup(Noticia())
        noticia.post("/v1/sales-events", create)
        noticia.get("/v1/sales-events", list)
        noticia.get("/v1/sales-events/{sales_event_id}", retrieve)
        return noticia.routes
    }

    private func create(_ request: APIRequest) async throws -> APIResponse {
        let account = request.principal.account
        let report = try request.decode(SalesEventRequest.self).report()
        var verdict = try await book.judge(report, of: account)
        if case .unheard = verdict {
            // A repeated request must not add a buyer again who was deleted in between.
            if let answer = try await idempotency.recorded(request) { return answer }
            verdict = try await inquire(about: report, of: account)
        }
        do {
            return try await answer(verdict, request)
        } catch SaleError.alreadyRecorded {
            return try await answer(try await book.judge(report, of: account), request)
        }
    }

    private func inquire(about report: SaleReport, of account: AccountID) async throws -> SaleBook.Verdict {
        do {
            return try await book.inquire(about: report, of: account)
        } catch SaleError.unknownStore {
            throw RequestError.notFound("store")
        } catch SaleError.unknownBuyer {
            throw RequestError.notFound("profile")
        }
    }

    private func answer(_ verdict: SaleBook.Verdict, _ request: APIRequest) async throws -> APIResponse {
        switch verdict {
        case .recorded(let id):
            guard let sale = try await book.store.sale(id, of: request.principal.account) else {
                throw RequestError.internalError
            }
            return try await idempotency.perform(request, isRequired: false) { _ in
                try .json(SalesEventBody(sale))
            }
        case .new(let sale):
            return try await idempotency.perform(request, isRequired: false) { transaction in
                try book.record(sale, in: transaction)
                return try .json(SalesEventBody(sale), status: .created)
            }
        case .unheard:
            throw RequestError.unavailable
        }
    }

    private func list(_ request: APIRequest) async throws -> APIResponse {
        let query = try Noticia.PageQuery(request, list: Self.list, fields: 2)
        let start = try query.start.map { fields in
            guard let microseconds = Int64(fields[0]), let id = SalesEventID(fields[1]) else {
                throw Noticia.PageQuery.invalidCursor
            }
            return SaleStore.Start(occurredAt: Timestamp(microseconds: microseconds), id: id)
        }
        var filter = SaleFilter()
        filter.store = request.query.string("store_id").map(StoreReference.init)
        filter.buyer = request.query.string("profile_id").map(BuyerReference.init)
        filter.type = try request.query.choice("type", of: SalesEventType.self)?.type
        filter.since = try request.query.timestamp("since")
        filter.until = try request.query.timestamp("until")
        let found = try await book.sales(
            filter, after: start, limit: query.limit + 1, of: request.principal.account)
        let page = query.page(of: found, list: Self.list) { ["\($0.occurredAt.microseconds)", $0.id.description] }
        return try .json(Noticia.ListBody(page.map(SalesEventBody.init)))
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        let reference = try request.parameter("sales_event_id")
        let account = request.principal.account
        let sale =
            if let id = SalesEventID(reference) {
                try await book.store.sale(id, of: account)
            } else {
                try await book.store.sale(externalID: reference, of: account)
            }
        guard let sale else { throw RequestError.notFound("sales event") }
        return try .json(SalesEventBody(sale))
    }
}
