import Edge
import HTTPTypes
import Schema

/// The management API's listings: `PUT /admin/v1/listings/{external_id}` publishes one.
struct ListingManagementRoutes: Sendable {
    let stock: Stock

    var routes: [Route] {
        var management = RouteGroup(Management())
        management.put("/listings/{external_id}", publish)
        return management.routes
    }

    /// Answers the listing's snapshot, the stock that orders have left included.
    private func publish(_ request: APIRequest) async throws -> APIResponse {
        let content = try request.decode(ListingRequest.self).content(externalID: request.parameter("external_id"))
        let (listing, isNew) = try await stock.publish(content, for: request.principal.account)
        return try .json(listing.snapshot, status: isNew ? .created : .ok)
    }
}
