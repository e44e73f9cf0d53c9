import Edge
import HTTPTypes
import Messaging
import Schema

/// The management API's settings of an account: `GET` and `PUT /admin/v1/account-settings`.
struct AccountSettingsRoutes: Sendable {
    let store: AccountSettingsStore
    let idempotency: Idempotency

    private struct Body: Codable {
        var timeZone: String?
        var enrichEmail: Bool?
        var enrichPhone: Bool?
        var enrichAddress: Bool?

        enum CodingKeys: String, CodingKey {
            case timeZone = "time_zone"
            case enrichEmail = "enrich_email"
            case enrichPhone = "enrich_phone"
            case enrichAddress = "enrich_address"
        }
    }

    var routes: [Route] {
        var management = RouteGroup(Management())
        management.get("/account-settings", retrieve)
        management.put("/account-settings", change)
        return management.routes
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        try answer(try await store.settings(of: request.principal.account))
    }

    /// What is left out stays as it is.
    private func change(_ request: APIRequest) async throws -> APIResponse {
        let body = try request.decode(Body.self)
        let account = request.principal.account
        var settings = try await store.settings(of: account)
        if let zone = body.timeZone {
            guard try await store.isKnown(timeZone: zone) else {
                throw RequestError.invalid("time_zone", "This is not the IANA name of a time zone.")
            }
            settings.timeZone = zone
        }
        settings.enrichEmail = body.enrichEmail ?? settings.enrichEmail
        settings.enrichPhone = body.enrichPhone ?? settings.enrichPhone
        settings.enrichAddress = body.enrichAddress ?? settings.enrichAddress
        let changed = settings
        return try await idempotency.perform(request, isRequired: false) { transaction in
            try await store.save(changed, of: account, in: transaction)
            return try answer(changed)
        }
    }

    private func answer(_ settings: AccountSettings) throws -> APIResponse {
        try .json(
            Body(
                timeZone: settings.timeZone, enrichEmail: settings.enrichEmail, enrichPhone: settings.enrichPhone,
                enrichAddress: settings.enrichAddress))
    }
}
