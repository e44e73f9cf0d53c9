import Edge
import Schema

/// The dealer API's listings (`watchtraderhub.md`, "Listings").
struct DealerListingRoutes: Sendable {
    let listings: ListingStore

    var routes: [Route] {
        var dealer = RouteGroup(WatchTraderHub())
        dealer.get("/listings", list)
        dealer.get("/listings/{id}", retrieve)
        return dealer.routes
    }

    private func list(_ request: APIRequest) async throws -> APIResponse {
        let page = try await listings.page(PageRequest(request), of: request.principal.account)
        return try .json(WatchTraderHub.ListBody(page.map { WatchTraderHub.ListingBody($0.snapshot) }))
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        guard let id = ListingID(try request.parameter("id")),
            let listing = try await listings.listing(id, of: request.principal.account)
        else { throw RequestError.notFound("listing") }
        return try .json(WatchTraderHub.ListingBody(listing.snapshot))
    }
}
