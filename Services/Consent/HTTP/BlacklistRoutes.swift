import Edge
import HTTPTypes
import Messaging
import Schema

/// The checkout API's blacklist (`healthsuite.md`, "Customers").
struct BlacklistRoutes: Sendable {
    let customers: CheckoutCustomers
    let blacklist: Blacklist
    let checks: StandingChecks
    let idempotency: Idempotency

    var routes: [Route] {
        var suite = RouteGroup(HealthSuite())
        let customer = "/checkout/customers/{customer_number}"
        suite.post("\(customer)/blacklist", permission: "api:customers.blacklist.add", ban)
        suite.post("\(customer)/remove-blacklist", permission: "api:customers.blacklist.remove", lift)
        suite.get("\(customer)/blacklist-status", permission: "api:customers.blacklist.check", status)
        return suite.routes
    }

    private func ban(_ request: APIRequest) async throws -> APIResponse {
        let terms = try request.decode(BlacklistRequest.self).terms()
        let customer = try await customer(request)
        let ban = try await applied(request) { try await blacklist.ban(customer, terms, in: $0) }
        return try .json(HealthSuite.Answer(BlacklistedBody(ban), message: "Customer successfully blacklisted"))
    }

    private func lift(_ request: APIRequest) async throws -> APIResponse {
        let reason = try request.decode(RemoveBlacklistRequest.self).checkedReason()
        let customer = try await customer(request)
        let ban = try await applied(request) { try await blacklist.lift(customer, reason: reason, in: $0) }
        return try .json(
            HealthSuite.Answer(PardonedBody(ban), message: "Customer successfully removed from blacklist"))
    }

    /// Has something written down, once for each Idempotency-Key, and waits until the checkout has acted on it. What is
    /// kept of the request names the ban alone, as the answer has personal data.
    private func applied(
        _ request: APIRequest, _ record: @Sendable (Transaction) async throws -> Blacklisting
    ) async throws -> Blacklisting {
        let kept = try await idempotency.perform(request, isRequired: false) { transaction in
            try .json(try await record(transaction).appliedKey)
        }
        return try await blacklist.applied(try JSON.decode(AppliedKey.self, from: kept.body))
    }

    private func status(_ request: APIRequest) async throws -> APIResponse {
        let customer = try await customer(request)
        async let standing = checks.standing(of: customer)
        let latest = try await blacklist.store.latest(of: customer)
        let ban = latest?.isActive == true ? latest : nil
        return try .json(HealthSuite.Answer(BlacklistStatusBody(customer, ban: ban, try await standing)))
    }

    private func customer(_ request: APIRequest) async throws -> CheckoutCustomer {
        let key = CustomerKey(
            account: request.principal.account, number: try request.parameter("customer_number"))
        guard let customer = try await customers.customer(key) else { throw RequestError.notFound("customer") }
        return customer
    }
}
