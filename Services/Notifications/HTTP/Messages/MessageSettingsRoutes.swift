import Edge
import HTTPTypes
import Schema

/// The management API's `GET` and `PUT /admin/v1/message-settings`: as whom an account writes, and its SMS provider.
struct MessageSettingsRoutes: Sendable {
    let store: MessageSettingsStore
    let idempotency: Idempotency
    /// Where providers reach us, without a slash at the end.
    let publicURL: String

    var routes: [Route] {
        var management = RouteGroup(Management())
        management.get("/message-settings", retrieve)
        management.put("/message-settings", change)
        return management.routes
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        let account = request.principal.account
        return try answer(try await store.settings(of: account), account)
    }

    /// What is left out stays as it is, an empty text takes away.
    private func change(_ request: APIRequest) async throws -> APIResponse {
        let account = request.principal.account
        let settings = try request.decode(MessageSettingsRequest.self)
            .settings(changing: try await store.settings(of: account))
        return try await idempotency.perform(request, isRequired: false) { transaction in
            try store.save(settings, of: account, in: transaction)
            return try answer(settings, account)
        }
    }

    private func answer(_ settings: MessageSettings, _ account: AccountID) throws -> APIResponse {
        try .json(MessageSettingsBody(settings, of: account, publicURL: publicURL))
    }
}
