import Edge
import Schema

/// Subscriptions at the checkout (`healthsuite.md`, Checkout API, "Cancel Subscriptions").
struct SubscriptionRoutes: Sendable {
    let book: SubscriptionBook
    let idempotency: Idempotency

    var routes: [Route] {
        var suite = RouteGroup(HealthSuite())
        suite.post(
            "/checkout/customers/{identifier}/cancel-subscriptions",
            permission: "api:customers.subscriptions.cancel", cancel)
        return suite.routes
    }

    private func cancel(_ request: APIRequest) async throws -> APIResponse {
        let cancellation = try request.decode(CancellationRequest.self)
            .cancellation(try request.parameter("identifier"), \.subscriptionNumber)
        return try await idempotency.perform(request, isRequired: false) { transaction in
            let cancelled = try await book.cancel(cancellation, of: request.principal.account, in: transaction)
            return try .json(
                HealthSuite.Answer(
                    CancelledSubscriptionsBody(cancelled), message: "Subscriptions successfully canceled"))
        }
    }
}

/// What was cancelled, as it was before.
struct CancelledSubscriptionsBody: Encodable, Sendable {
    struct Item: Encodable, Sendable {
        /// The counter within the number: subscriptions have no other integer.
        @Nullable var id: Int64?
        let number: String
        let previousStatus: SubscriptionStatus
        /// In days.
        let billingInterval: Int
        let billingCycle: Int
        @Nullable var totalCycles: Int?
        @Nullable var nextBillingAt: String?

        init(_ subscription: Subscription) {
            id = subscription.number.numberCounter
            number = subscription.number
            previousStatus = subscription.status
            billingInterval = subscription.plan.interval.days
            billingCycle = subscription.cycle
            totalCycles = subscription.plan.totalCycles
            nextBillingAt = subscription.nextBillingAt.map { "\($0.rfc3339.prefix(19))+00:00" }
        }

        enum CodingKeys: String, CodingKey {
            case id = "subscription_id"
            case number = "subscription_number"
            case previousStatus = "previous_status"
            case billingInterval = "billing_interval"
            case billingCycle = "billing_cycle"
            case totalCycles = "total_cycles"
            case nextBillingAt = "next_billing_at"
        }
    }

    @Nullable var customerID: String?
    let customerNumber: String
    let canceledCount: Int
    let subscriptions: [Item]

    init(_ cancelled: Cancelled<Subscription>) {
        customerID = cancelled.customerID.map(HealthSuite.text)
        customerNumber = cancelled.customerNumber
        subscriptions = cancelled.items.map(Item.init)
        canceledCount = subscriptions.count
    }

    enum CodingKeys: String, CodingKey {
        case customerID = "customer_id"
        case customerNumber = "customer_number"
        case canceledCount = "canceled_count"
        case subscriptions = "canceled_subscriptions"
    }
}

extension SubscriptionStatus: Encodable {}
