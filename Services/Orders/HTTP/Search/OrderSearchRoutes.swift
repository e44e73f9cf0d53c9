import Edge
import Schema

/// "Search Orders" of `healthsuite.md`.
struct OrderSearchRoutes: Sendable {
    let search: OrderSearch

    var routes: [Route] {
        var checkout = RouteGroup(HealthSuite())
        checkout.get("/checkout/orders", find)
        return checkout.routes
    }

    /// A page of customers, each with the orders that were looked for.
    private func find(_ request: APIRequest) async throws -> APIResponse {
        let page = try HealthSuite.PageRequest(request)
        let filter = try OrderFilter(request.query)
        let (customers, total) = try await search.customers(of: request.principal.account, filter, page)
        return try .json(HealthSuite.Page(customers.map(FoundCustomerBody.init), total: total, for: page))
    }
}
