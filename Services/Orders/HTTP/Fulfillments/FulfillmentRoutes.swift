import Edge
import Schema

/// Fulfillments (`healthsuite.md`, REST API, "Fulfillments", and Checkout API, "Cancel Fulfillments").
struct FulfillmentRoutes: Sendable {
    let book: FulfillmentBook
    let idempotency: Idempotency

    var routes: [Route] {
        var suite = RouteGroup(HealthSuite())
        suite.get("/v1/fulfillments", list)
        suite.get("/v1/fulfillments/{fulfillmentNumber}", retrieve)
        suite.post(
            "/checkout/customers/{identifier}/cancel-fulfillments",
            permission: "api:customers.fulfillments.cancel", cancel)
        return suite.routes
    }

    private func list(_ request: APIRequest) async throws -> APIResponse {
        let page = try HealthSuite.PageRequest(request)
        let filter = try FulfillmentFilter(request.query)
        let found = try await book.store.page(page, filter, of: request.principal.account)
        let bodies = found.fulfillments.map(FulfillmentBody.init)
        return try .json(HealthSuite.Page(bodies, total: found.total, for: page))
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        let found = try await book.store.fulfillment(
            try request.parameter("fulfillmentNumber"), of: request.principal.account)
        guard let found else { throw RequestError.notFound("fulfillment") }
        return try .json(
            HealthSuite.Answer(
                FulfillmentDetailBody(fulfillment: found.fulfillment, transactionNumber: found.transaction)))
    }

    private func cancel(_ request: APIRequest) async throws -> APIResponse {
        let cancellation = try request.decode(CancellationRequest.self)
            .cancellation(try request.parameter("identifier"), \.fulfillmentNumber)
        return try await idempotency.perform(request, isRequired: false) { transaction in
            let cancelled = try await book.cancel(cancellation, of: request.principal.account, in: transaction)
            let body = CancelledFulfillmentsBody(
                customerNumber: cancelled.customerNumber,
                fulfillments: cancelled.fulfillments.map(CancelledFulfillmentsBody.Item.init))
            return try .json(HealthSuite.Answer(body, message: "Fulfillments successfully canceled"))
        }
    }
}

/// What was cancelled, as it was before.
struct CancelledFulfillmentsBody: Encodable, Sendable {
    struct Item: Encodable, Sendable {
        let number: String
        let shippingGroup: String
        let orderNumber: String
        let previousStatus: String
        let items: [FulfillmentItemBody]

        init(_ fulfillment: Fulfillment) {
            number = fulfillment.number
            shippingGroup = fulfillment.shippingGroupNumber
            orderNumber = fulfillment.plan.orderNumber
            previousStatus = fulfillment.status.apiText
            items = fulfillment.plan.items.map { FulfillmentItemBody($0, in: fulfillment.plan.currency) }
        }

        enum CodingKeys: String, CodingKey {
            case items
            case number = "fulfillment_number"
            case shippingGroup = "shipping_group_number"
            case orderNumber = "order_number"
            case previousStatus = "previous_status"
        }
    }

    let customerNumber: String
    let canceledCount: Int
    let fulfillments: [Item]

    init(customerNumber: String, fulfillments: [Item]) {
        self.customerNumber = customerNumber
        self.fulfillments = fulfillments
        canceledCount = fulfillments.count
    }

    enum CodingKeys: String, CodingKey {
        case customerNumber = "customer_number"
        case canceledCount = "canceled_count"
        case fulfillments = "canceled_fulfillments"
    }
}
