import Edge
import Schema

/// Health Suite's campaigns and their products (`healthsuite.md`, "Campaign" and "Products").
struct CampaignRoutes: Sendable {
    let search: CampaignSearch

    /// To see all campaigns; to see one; to see what one sells.
    static let viewAny: Permission = "api:campaigns.view_any"
    static let view: Permission = "api:campaigns.view"
    static let viewProducts: Permission = "api:campaigns.products.view"

    /// The API's own limit of `per_page`, which the list of campaigns keeps; the saved request for products asks for 100.
    static let maximumCampaigns = 15
    static let maximumProducts = 100

    var routes: [Route] {
        var healthSuite = RouteGroup(HealthSuite())
        // One path for two operations, each with its permission: the handler asks for it.
        healthSuite.get("/v1/campaigns", campaigns)
        healthSuite.get("/v1/campaigns/{identifier}/products", permission: Self.viewProducts, products)
        return healthSuite.routes
    }

    private func campaigns(_ request: APIRequest) async throws -> APIResponse {
        let query = request.query
        if let identifier = query.string("identifier") {
            try request.require(Self.view)
            return try .json(HealthSuite.Answer(CampaignBody(try await campaign(identifier, request))))
        }
        try request.require(Self.viewAny)
        let page = try HealthSuite.PageRequest(request, maximum: Self.maximumCampaigns)
        let filter = CampaignFilter(
            isActive: try query.boolean("is_active"), categoryID: try query.number("category_id"),
            search: query.string("search"))
        let (found, total) = try await search.campaigns(filter, page: page, of: request.principal.account)
        return try .json(HealthSuite.Page(found.map(CampaignBody.init), total: total, for: page))
    }

    private func products(_ request: APIRequest) async throws -> APIResponse {
        let page = try HealthSuite.PageRequest(request, maximum: Self.maximumProducts)
        let filter = CampaignProductFilter(
            isActive: try request.query.boolean("is_active"),
            kind: try request.query.choice("product_type", of: ProductType.self).map(\.kind),
            search: request.query.string("search"))
        let campaign = try await campaign(request.parameter("identifier"), request)
        let (found, total) = try await search.products(
            of: campaign.id, filter, page: page, account: request.principal.account)
        return try .json(
            CampaignProductPage(found.map(CampaignProductBody.init), of: campaign, total: total, for: page))
    }

    private func campaign(_ identifier: String, _ request: APIRequest) async throws -> FoundCampaign {
        guard let campaign = try await search.campaign(identifier, of: request.principal.account) else {
            throw RequestError.notFound("campaign")
        }
        return campaign
    }
}

/// The values of `product_type`.
private enum ProductType: String, CaseIterable {
    case offer, upsell

    var kind: CampaignProductKind { CampaignProductKind(rawValue: rawValue) }
}

extension APIRequest {
    /// - Throws: `RequestError.forbidden` when the key does not carry the right.
    fileprivate func require(_ permission: Permission) throws(RequestError) {
        guard principal.may(permission) else { throw .forbidden(permission.rawValue) }
    }
}

extension QueryParameters {
    /// A number that something is called by.
    fileprivate func number(_ name: String) throws(RequestError) -> Int64? {
        guard string(name) != nil else { return nil }
        return Int64(try integer(name, in: 0...Int.max, default: 0))
    }
}
