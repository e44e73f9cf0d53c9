import Edge
import Messaging
import Schema

/// The management API's settings of a brand: its number and its return reasons.
struct BrandManagementRoutes: Sendable {
    let brands: BrandStore
    let idempotency: Idempotency

    var routes: [Route] {
        var management = RouteGroup(Management())
        management.get("/brand", retrieve)
        management.put("/brand", save)
        management.get("/return-reasons", listReasons)
        management.put("/return-reasons", replaceReasons)
        return management.routes
    }

    private struct BrandBody: Codable {
        var number: Int64?

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(number, forKey: .number)
        }

        enum CodingKeys: String, CodingKey { case number }
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        try .json(BrandBody(number: try await brands.number(of: request.principal.account)))
    }

    private func save(_ request: APIRequest) async throws -> APIResponse {
        var validation = Validation()
        let number = validation.integer(try request.decode(BrandBody.self).number, in: 0...999_999_999, "number")
        try validation.check()
        return try await idempotency.perform(request, isRequired: false) { transaction in
            brands.save(number, of: request.principal.account, in: transaction)
            return try .json(BrandBody(number: number))
        }
    }

    private struct ReasonBody: Codable {
        var reason: String?
        var isVisible: Bool?

        enum CodingKeys: String, CodingKey {
            case reason
            case isVisible = "visible_to_shopper"
        }
    }

    private struct ReasonsBody: Codable {
        var data: [ReasonBody]?
    }

    private func listReasons(_ request: APIRequest) async throws -> APIResponse {
        try answer(try await brands.returnReasons(of: request.principal.account))
    }

    /// The reasons in the order that shoppers see; they take the place of all there were.
    private func replaceReasons(_ request: APIRequest) async throws -> APIResponse {
        var validation = Validation()
        let given = try request.decode(ReasonsBody.self).data ?? []
        if given.isEmpty || given.count > 100 {
            validation.fail(["data"], "out_of_range", "There must be from 1 to 100 reasons.")
        }
        let reasons = given.enumerated().map { index, body in
            ReturnReason(
                reason: validation.required(body.reason, "data", "\(index)", "reason", maximum: 64),
                isVisibleToShopper: body.isVisible ?? true, displayOrder: index + 1)
        }
        if Set(reasons.map(\.reason)).count < reasons.count {
            validation.fail(["data"], "duplicate", "A reason is there twice.")
        }
        try validation.check()
        return try await idempotency.perform(request, isRequired: false) { transaction in
            brands.replaceReturnReasons(reasons, of: request.principal.account, in: transaction)
            return try answer(reasons)
        }
    }

    private func answer(_ reasons: [ReturnReason]) throws -> APIResponse {
        try .json(
            ReasonsBody(data: reasons.map { ReasonBody(reason: $0.reason, isVisible: $0.isVisibleToShopper) }))
    }
}
