import Edge
import HTTPTypes
import Schema

/// Coupons (`healthsuite.md`, REST API, "Coupons").
struct CouponRoutes: Sendable {
    let book: CouponBook
    let idempotency: Idempotency
    private let verdicts = CouponVerdicts()

    init(book: CouponBook, idempotency: Idempotency) {
        self.book = book
        self.idempotency = idempotency
    }

    var routes: [Route] {
        var suite = RouteGroup(HealthSuite())
        suite.get("/v1/coupons", list)
        suite.post("/v1/coupons", create)
        suite.get("/v1/coupons/{code}", retrieve)
        suite.put("/v1/coupons/{code}", update)
        suite.delete("/v1/coupons/{code}", delete)
        suite.post("/v1/coupons/{code}/validate", validate)
        return suite.routes
    }

    private static let notFound = RequestError.notFound("coupon")
    private static let codeTaken = RequestError.invalid("code", code: "taken", "The code has already been taken.")

    private func list(_ request: APIRequest) async throws -> APIResponse {
        if let code = request.query.string("code") { return try await answer(code, request) }
        let page = try HealthSuite.PageRequest(request)
        var filter = CouponFilter()
        filter.isActive = try request.query.boolean("is_active")
        filter.type = try request.query.choice("type", of: CouponType.self)
        filter.search = request.query.string("search")
        let found = try await book.store.page(page, filter, of: request.principal.account)
        let bodies = found.coupons.map { CouponBody($0, at: request.receivedAt) }
        return try .json(HealthSuite.Page(bodies, total: found.total, for: page))
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        try await answer(try request.parameter("code"), request)
    }

    private func answer(_ code: String, _ request: APIRequest) async throws -> APIResponse {
        guard let coupon = try await book.store.coupon(code, of: request.principal.account) else { throw Self.notFound }
        return try .json(HealthSuite.Answer(CouponBody(coupon, at: request.receivedAt)))
    }

    private func create(_ request: APIRequest) async throws -> APIResponse {
        let terms = try request.decode(CouponRequest.self).terms()
        do {
            return try await idempotency.perform(request, isRequired: false) { transaction in
                let coupon = try await book.store.insert(
                    terms, of: request.principal.account, at: .now(), in: transaction)
                let body = CouponBody(coupon, at: request.receivedAt, .creating)
                return try .json(
                    HealthSuite.Answer(body, message: "Coupon created successfully"), status: .created)
            }
        } catch is CouponCodeTaken {
            throw Self.codeTaken
        }
    }

    private func update(_ request: APIRequest) async throws -> APIResponse {
        let change = try request.decode(CouponRequest.self)
        do {
            let code = try request.parameter("code")
            return try await idempotency.perform(request, isRequired: false) { transaction in
                let coupon = try await book.update(code, of: request.principal.account, in: transaction) { terms in
                    try change.terms(changing: terms)
                }
                guard let coupon else { throw Self.notFound }
                let body = CouponBody(coupon, at: request.receivedAt, .changing)
                return try .json(HealthSuite.Answer(body, message: "Coupon updated successfully"))
            }
        } catch is CouponCodeTaken {
            throw Self.codeTaken
        }
    }

    private func delete(_ request: APIRequest) async throws -> APIResponse {
        let code = try request.parameter("code")
        let account = request.principal.account
        return try await idempotency.perform(request, isRequired: false) { transaction in
            guard try await book.store.delete(code, of: account, at: .now(), in: transaction) else {
                throw Self.notFound
            }
            return try .json(["success": true, "message": "Coupon deleted successfully"] as JSONValue)
        }
    }

    private func validate(_ request: APIRequest) async throws -> APIResponse {
        let context = try request.decode(CouponValidationRequest.self).context()
        let verdict = try await book.validate(
            try request.parameter("code"), for: context, of: request.principal.account)
        guard let verdict else { throw Self.notFound }
        let discount = Money(minorUnits: verdict.discount, currency: context.currency)
        let body = CouponVerdictBody(
            isValid: verdict.refusals.isEmpty, discountAmount: HealthSuite.number(discount),
            validationErrors: verdict.refusals.map(\.message))
        return .json(bytes: try verdicts.json(body, on: CouponBody(verdict.coupon, at: request.receivedAt, .changing)))
    }
}

/// The body of `POST /v1/coupons/{code}/validate`.
struct CouponValidationRequest: Decodable, Sendable {
    let subtotal: DecimalText?
    let customerEmail: String?
    let country: String?
    let productIDs: ListText<Int64>?
    let categoryIDs: ListText<Int64>?
    /// Not documented: the cart's currency, where it is not the US dollar.
    let currency: String?

    enum CodingKeys: String, CodingKey {
        case subtotal, country, currency
        case customerEmail = "customer_email"
        case productIDs = "product_ids"
        case categoryIDs = "category_ids"
    }

    func context() throws(RequestError) -> CouponContext {
        var validation = Validation()
        let currency = currency.map { validation.currency($0, "currency") } ?? .usd
        let context = CouponContext(
            currency: currency ?? .usd,
            subtotal: validation.amount(subtotal, in: currency, isRounded: true, "subtotal"),
            lines: (productIDs?.elements ?? []).map { CouponContext.Line(product: $0) },
            categories: Set(categoryIDs?.elements ?? []),
            country: validation.optional(country, "country", maximum: 2),
            email: validation.optional(customerEmail, "customer_email"))
        try validation.check()
        return context
    }
}
