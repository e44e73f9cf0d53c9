import Edge
import Schema

/// "Search Orders" of `healthsuite.md`.
struct OrderSearchRoutes: Sendable {
    let search: OrderSearch
    /// Looks at the buyers' details; nil where nobody does.
    let enricher: (any CustomerEnriching)?

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
        let bodies = try await bodies(of: customers, for: request.principal.account)
        return try .json(HealthSuite.Page(bodies, total: total, for: page))
    }

    /// "GET /checkout/orders - Search Orders (for orders processed with enrichment enabled)": what the account's services
    /// say of the buyer of each order that a payment was asked for. A customer's orders seldom differ in it.
    private func bodies(of customers: [FoundCustomer], for account: AccountID) async throws -> [FoundCustomerBody] {
        let judge = try await enricher?.judge(for: account)
        return try customers.map { customer in
            var known: [CheckoutPerson: JSONValue?] = [:]
            return FoundCustomerBody(
                customer,
                orders: try customer.orders.map { order in
                    let person = order.checkout.contact.person
                    guard let judge, order.checkout.status != .lead else { return FoundOrderBody(order, nil) }
                    let enrichment = try known[person] ?? judge(person)
                    known[person] = .some(enrichment)
                    return FoundOrderBody(order, enrichment)
                })
        }
    }
}
