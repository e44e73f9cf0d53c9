import Edge
import HTTPTypes
import Schema

/// The management API's campaigns: `PUT /admin/v1/campaigns/{internal_id}` publishes one with its products.
struct CampaignManagementRoutes: Sendable {
    let book: CampaignBook

    var routes: [Route] {
        var management = RouteGroup(Management())
        management.put("/campaigns/{internal_id}", publish)
        return management.routes
    }

    /// Answers the campaign as its events carry it.
    private func publish(_ request: APIRequest) async throws -> APIResponse {
        let (internalID, terms, products) = try request.decode(CampaignRequest.self)
            .campaign(internalID: request.parameter("internal_id"))
        let (campaign, isNew) = try await book.publish(
            terms, products, as: internalID, for: request.principal.account)
        return try .json(campaign.snapshot, status: isNew ? .created : .ok)
    }
}
