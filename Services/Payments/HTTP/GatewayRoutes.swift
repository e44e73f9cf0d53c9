import Edge
import HTTPTypes
import Schema

/// The management API's `PUT /admin/v1/gateways/{id}`: through whom an account takes money.
struct GatewayRoutes: Sendable {
    let store: GatewayStore
    let directory: ConfiguredGateways

    var routes: [Route] {
        var management = RouteGroup(Management())
        management.put("/gateways/{id}", configure)
        return management.routes
    }

    /// Creates the gateway or changes it; keys that the body leaves out stay.
    private func configure(_ request: APIRequest) async throws -> APIResponse {
        guard let id = Int64(try request.parameter("id")), id > 0 else {
            throw RequestError.invalid("id", code: "invalid_id", "This must be a whole number above zero.")
        }
        let account = request.principal.account
        let known = try await store.gateways(of: account).first { $0.id == id }
        let settings = try request.decode(GatewayRequest.self).settings(id: id, replacing: known, at: .now())
        do {
            let saved = try await store.save(settings, of: account)
            directory.forget(account)
            return try .json(GatewayBody(saved.gateway), status: saved.isNew ? .created : .ok)
        } catch GatewaySettingsError.kindChanged {
            throw RequestError.conflict(
                code: "kind_changed", message: "This number has been another kind of gateway: choose a new one.")
        }
    }
}

/// The body of `PUT /admin/v1/gateways/{id}`.
struct GatewayRequest: Decodable, Sendable {
    let name: String?
    let kind: String?
    let descriptor: String?
    let secret: String?
    let webhookSecret: String?

    enum CodingKeys: String, CodingKey {
        case name, kind, descriptor, secret
        case webhookSecret = "webhook_secret"
    }

    func settings(
        id: Int64, replacing known: GatewaySettings?, at time: Timestamp
    ) throws(RequestError) -> GatewaySettings {
        var validation = Validation()
        let name = validation.required(name, "name")
        let kind = GatewayKind(rawValue: validation.required(kind, "kind"))
        if kind == nil, self.kind?.isEmpty == false {
            let all = GatewayKind.allCases.map(\.rawValue).joined(separator: ", ")
            validation.fail(["kind"], "invalid_choice", "This must be one of: \(all).")
        }
        let descriptor = validation.optional(descriptor, "descriptor", maximum: 22)
        let secret = Self.token(secret, "secret", &validation)
        let webhookSecret = Self.token(webhookSecret, "webhook_secret", &validation)
        let key = secret ?? known?.secrets?.apiKey
        if kind == .stripe, key == nil { validation.fail(["secret"], "required", "This field is required.") }
        try validation.check()
        let secrets = key.map {
            GatewaySecrets(apiKey: $0, webhookSecret: webhookSecret ?? known?.secrets?.webhookSecret)
        }
        return GatewaySettings(
            id: id, name: name, kind: kind ?? .sandbox, descriptor: descriptor, secrets: secrets, createdAt: time,
            updatedAt: time)
    }

    /// A key goes into a header: visible ASCII.
    private static func token(_ text: String?, _ field: String, _ validation: inout Validation) -> String? {
        guard let text = validation.optional(text, field) else { return nil }
        if !text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) {
            validation.fail([field], "invalid", "This must be visible ASCII characters.")
        }
        return text
    }
}

/// A gateway as the management API shows it, without its keys.
struct GatewayBody: Encodable, Sendable {
    let object = "gateway"
    let id: Int64
    let name: String
    let kind: String
    @Nullable var descriptor: String?
    let hasSecret: Bool
    let hasWebhookSecret: Bool
    let createdAt: Timestamp
    let updatedAt: Timestamp

    init(_ gateway: GatewaySettings) {
        id = gateway.id
        name = gateway.name
        kind = gateway.kind.rawValue
        hasSecret = gateway.secrets != nil
        hasWebhookSecret = gateway.secrets?.webhookSecret != nil
        createdAt = gateway.createdAt
        updatedAt = gateway.updatedAt
        descriptor = gateway.descriptor
    }

    enum CodingKeys: String, CodingKey {
        case object, id, name, kind, descriptor
        case hasSecret = "has_secret"
        case hasWebhookSecret = "has_webhook_secret"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}
