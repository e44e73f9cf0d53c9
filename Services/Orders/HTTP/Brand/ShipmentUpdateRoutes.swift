import Edge
import HTTPTypes
import Messaging
import Schema

/// What whoever sends a brand's orders reports (`giddyup.md`, "Shipment Update"). The path names the brand, and nothing
/// else says who calls; answers have a shape of their own.
struct ShipmentUpdateRoutes: Sendable {
    let book: BrandBook
    let brands: BrandStore
    let idempotency: Idempotency

    var routes: [Route] {
        var brand = RouteGroup(GiddyUp())
        brand.post("/api/public/{brand_id}/webhooks/shipment-update/", isPublic: true, update)
        return brand.routes
    }

    private enum Failure: String {
        case invalidEndpoint = "INVALID_ENDPOINT"
        case invalidPayload = "INVALID_PAYLOAD"
    }

    private func update(_ request: APIRequest) async throws -> APIResponse {
        guard let number = Int64(try request.parameter("brand_id")),
            let account = try await brands.account(ofBrand: number)
        else { return try fail(.invalidEndpoint, "No brand has this endpoint.") }
        do {
            let (reference, shipment) = try request.decode(ShipmentUpdateRequest.self).shipment()
            guard let shipment else { return try Self.success }
            return try await idempotency.perform(request, isRequired: false) { transaction in
                try await book.note(shipment, of: reference, account: account, in: transaction)
                return try Self.success
            }
        } catch RequestError.notFound {
            return try fail(.invalidPayload, "No order has this reference_id.")
        } catch RequestError.validation(let errors) {
            let details = errors.map { "\($0.dottedPath): \($0.message)" }.joined(separator: " ")
            return try fail(.invalidPayload, details)
        } catch RequestError.malformedBody(let message) {
            return try fail(.invalidPayload, message)
        }
    }

    private struct Success: Encodable {
        enum CodingKeys: String, CodingKey { case message = "Message" }

        let message = "Success"
    }

    private static var success: APIResponse {
        get throws { try .json(Success()) }
    }

    private func fail(_ type: Failure, _ details: String) throws -> APIResponse {
        let document: JSONValue = [
            "Message": "Fail", "Error": ["type": .string(type.rawValue), "details": .string(details)],
        ]
        return try .json(document, status: .badRequest)
    }
}
