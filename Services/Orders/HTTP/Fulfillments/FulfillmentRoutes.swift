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
            return try .json(
                HealthSuite.Answer(
                    CancelledFulfillmentsBody(cancelled), message: "Fulfillments successfully canceled"))
        }
    }
}

/// What was cancelled, as it was before.
struct CancelledFulfillmentsBody: Encodable, Sendable {
    struct Item: Encodable, Sendable {
        let id: Int64
        let number: String
        let shippingGroup: String
        let orderNumber: String
        let previousStatus: String
        let items: [FulfillmentItemBody]

        init(_ fulfillment: Fulfillment) {
            id = fulfillment.serial
            number = fulfillment.number
            shippingGroup = fulfillment.shippingGroupNumber
            orderNumber = fulfillment.plan.orderNumber
            previousStatus = fulfillment.status.apiText
            items = fulfillment.plan.items.map { FulfillmentItemBody($0, in: fulfillment.plan.currency) }
        }

        enum CodingKeys: String, CodingKey {
            case items
            case id = "fulfillment_id"
            case number = "fulfillment_number"
            case shippingGroup = "shipping_group_number"
            case orderNumber = "order_number"
            case previousStatus = "previous_status"
        }
    }

    @Nullable var customerID: String?
    let customerNumber: String
    let canceledCount: Int
    let fulfillments: [Item]

    init(_ cancelled: Cancelled<Fulfillment>) {
        customerID = cancelled.customerID.map(HealthSuite.text)
        customerNumber = cancelled.customerNumber
        fulfillments = cancelled.items.map(Item.init)
        canceledCount = fulfillments.count
    }

    enum CodingKeys: String, CodingKey {
        case customerID = "customer_id"
        case customerNumber = "customer_number"
        case canceledCount = "canceled_count"
        case fulfillments = "canceled_fulfillments"
    }
}
