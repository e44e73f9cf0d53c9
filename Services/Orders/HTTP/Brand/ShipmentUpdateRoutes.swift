import Edge
import HTTPTypes
import Messaging
import Schema

/// What whoever sends a brand's orders reports (`giddyup.md`, "Shipment Update"). The path names the brand, and nothing
/// else has to say who calls; answers have a shape of their own.
struct ShipmentUpdateRoutes: Sendable {
    let book: BrandBook
    let brands: BrandStore
    let idempotency: Idempotency

    private typealias Failure = GiddyUp.ShipmentUpdates.Failure

    var routes: [Route] {
        var brand = RouteGroup(GiddyUp.ShipmentUpdates())
        brand.post("/api/public/{brand_id}/webhooks/shipment-update/", isPublic: true, update)
        return brand.routes
    }

    private func update(_ request: APIRequest) async throws -> APIResponse {
        guard let number = Int64(try request.parameter("brand_id")),
            let account = try await brands.account(ofBrand: number)
        else { throw Failure.invalidEndpoint.error("No brand has this endpoint.") }
        let (reference, shipment) = try request.decode(ShipmentUpdateRequest.self).shipment()
        let caller = request.principal.account
        guard caller == Principal.anonymous.account || caller == account else {
            throw Failure.resourceAccessDenied.error("The key belongs to another account.")
        }
        guard let shipment else { return try Self.success }
        do {
            return try await idempotency.perform(request, isRequired: false) { transaction in
                try await book.note(shipment, of: reference, account: account, in: transaction)
                return try Self.success
            }
        } catch RequestError.notFound(let kind) {
            guard try await book.isForeign(reference, to: account) else { throw RequestError.notFound(kind) }
            throw Failure.resourceAccessDenied.error("The order belongs to another account.")
        }
    }

    private struct Success: Encodable {
        enum CodingKeys: String, CodingKey { case message = "Message" }

        let message = "Success"
    }

    private static var success: APIResponse {
        get throws { try .json(Success()) }
    }
}
