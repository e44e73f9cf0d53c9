import Edge
import HTTPTypes
import Schema

/// "Alternative Payments" of `healthsuite.md`, and the management API's `PUT /admin/v1/alternative-payments/{id}`.
struct AlternativePaymentRoutes: Sendable {
    let store: AlternativePaymentStore

    var routes: [Route] {
        var suite = RouteGroup(HealthSuite())
        suite.get("/v1/alternative-payments", list)
        suite.get("/v1/alternative-payments/{id}", retrieve)
        var management = RouteGroup(Management())
        management.put("/alternative-payments/{id}", publish)
        return suite.routes + management.routes
    }

    private func list(_ request: APIRequest) async throws -> APIResponse {
        let page = try HealthSuite.PageRequest(request)
        var validation = Validation()
        let filter = AlternativePaymentStore.Filter(
            type: try request.query.choice("payment_type", of: AlternativePaymentType.self),
            status: try request.query.choice("status", of: AlternativePaymentStatus.self),
            search: validation.optional(request.query.string("search"), "search"))
        try validation.check()
        let (payments, total) = try await store.payments(of: request.principal.account, filter, page)
        return try .json(HealthSuite.Page(payments.map(AlternativePaymentBody.init), total: total, for: page))
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        guard let id = Int64(try request.parameter("id")),
            let payment = try await store.payment(id, of: request.principal.account)
        else { throw Self.notFound }
        return try .json(HealthSuite.Answer(AlternativePaymentBody(payment)))
    }

    private func publish(_ request: APIRequest) async throws -> APIResponse {
        guard let id = Int64(try request.parameter("id")), id > 0 else {
            throw RequestError.invalid("id", code: "invalid_id", "This must be a whole number above zero.")
        }
        let payment = try request.decode(AlternativePaymentRequest.self).payment(id: id, at: .now())
        guard let saved = try await store.save(payment, of: request.principal.account) else {
            throw RequestError.internalError
        }
        return try .json(AlternativePaymentBody(saved.payment), status: saved.isNew ? .created : .ok)
    }

    private static let notFound = RequestError.notFound("alternative payment method")
}

/// The body of `PUT /admin/v1/alternative-payments/{id}`. What it leaves out follows from the type: a wallet that we
/// speak to supports everything, what is settled by hand nothing.
struct AlternativePaymentRequest: Decodable, Sendable {
    let name: String?
    let type: String?
    let status: String?
    let supportsRefunds: Bool?
    let supportsVoids: Bool?
    let supportsUpsells: Bool?
    let isTestMode: Bool?

    enum CodingKeys: String, CodingKey {
        case name, status
        case type = "payment_type"
        case supportsRefunds = "supports_refunds"
        case supportsVoids = "supports_voids"
        case supportsUpsells = "supports_upsells"
        case isTestMode = "test_mode"
    }

    func payment(id: Int64, at time: Timestamp) throws(RequestError) -> AlternativePayment {
        var validation = Validation()
        let name = validation.required(name, "name")
        let type = Self.choice(type, or: AlternativePaymentType.external, "payment_type", &validation)
        if self.type == nil { validation.fail(["payment_type"], "required", "This field is required.") }
        let status = Self.choice(status, or: AlternativePaymentStatus.active, "status", &validation)
        try validation.check()
        return AlternativePayment(
            id: id, name: name, type: type, status: status, supportsRefunds: supportsRefunds ?? type.isIntegrated,
            // Nothing of a wallet is kept that an upsell could be charged to.
            supportsVoids: supportsVoids ?? type.isIntegrated, supportsUpsells: supportsUpsells ?? false,
            isTestMode: isTestMode ?? false, requiresRedirect: type.isIntegrated, createdAt: time, updatedAt: time)
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ text: String?, or standard: Choice, _ field: String, _ validation: inout Validation
    ) -> Choice where Choice.RawValue == String {
        guard let text else { return standard }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        validation.fail([field], "invalid_choice", "This must be one of: \(known).")
        return standard
    }
}

/// An alternative payment as both APIs show it.
struct AlternativePaymentBody: Encodable, Sendable {
    let id: Int64
    let name: String
    let type: String
    let typeLabel: String
    let status: String
    let supportsRefunds: Bool
    let supportsVoids: Bool
    let supportsUpsells: Bool
    let isTestMode: Bool
    let requiresRedirect: Bool
    let createdAt: String
    let updatedAt: String

    init(_ payment: AlternativePayment) {
        id = payment.id
        name = payment.name
        type = payment.type.rawValue
        typeLabel = payment.type.label
        status = payment.status.rawValue
        supportsRefunds = payment.supportsRefunds
        supportsVoids = payment.supportsVoids
        supportsUpsells = payment.supportsUpsells
        isTestMode = payment.isTestMode
        requiresRedirect = payment.requiresRedirect
        createdAt = HealthSuite.isoTime(payment.createdAt)
        updatedAt = HealthSuite.isoTime(payment.updatedAt)
    }

    enum CodingKeys: String, CodingKey {
        case id, name, status
        case type = "payment_type"
        case typeLabel = "payment_type_label"
        case supportsRefunds = "supports_refunds"
        case supportsVoids = "supports_voids"
        case supportsUpsells = "supports_upsells"
        case isTestMode = "test_mode"
        case requiresRedirect = "requires_redirect"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}
