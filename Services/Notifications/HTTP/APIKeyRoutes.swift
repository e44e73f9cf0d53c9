import Edge
import HTTPTypes
import Schema

/// The management API's register of API keys. The operator signs keys; here they are known, listed and revoked.
struct APIKeyRoutes: Sendable {
    let store: APIKeyStore
    let revocations: RevocationList

    var routes: [Route] {
        var management = RouteGroup(Management())
        management.post("/api-keys", register)
        management.get("/api-keys", list)
        management.post("/api-keys/{id}/revoke", revoke)
        return management.routes
    }

    private func register(_ request: APIRequest) async throws -> APIResponse {
        let key = try request.decode(APIKeyRequest.self).key(of: request.principal.account, at: .now())
        guard try await store.register(key) else {
            throw RequestError.conflict(code: "duplicate_key", message: "A key of this id is registered already.")
        }
        return try .json(APIKeyBody(key), status: .created)
    }

    private struct KeysBody: Encodable {
        let data: [APIKeyBody]
    }

    private func list(_ request: APIRequest) async throws -> APIResponse {
        try .json(KeysBody(data: try await store.keys(of: request.principal.account).map(APIKeyBody.init)))
    }

    /// Here the key is refused from now on, elsewhere once the event has arrived.
    private func revoke(_ request: APIRequest) async throws -> APIResponse {
        guard let id = ID<APIKey>(try request.parameter("id")),
            let key = try await store.revoke(id, of: request.principal.account, at: .now())
        else { throw RequestError.notFound("API key") }
        revocations.revoke([id.description])
        return try .json(APIKeyBody(key))
    }
}

/// The body of `POST /admin/v1/api-keys`: what the signed key says about itself.
struct APIKeyRequest: Decodable, Sendable {
    let id: String?
    let name: String?
    let dialects: [String]?
    let permissions: [String]?
    let isTestMode: Bool?
    let rateLimit: Int?
    let allowedAddresses: [String]?
    let expiresAt: Timestamp?

    enum CodingKeys: String, CodingKey {
        case id, name, dialects, permissions
        case isTestMode = "is_test_mode"
        case rateLimit = "rate_limit"
        case allowedAddresses = "allowed_addresses"
        case expiresAt = "expires_at"
    }

    func key(of account: AccountID, at now: Timestamp) throws(RequestError) -> RegisteredKey {
        var validation = Validation()
        let id = validation.required(id, "id")
        let keyID = ID<APIKey>(id) ?? ID()
        if keyID.description != id { validation.fail(["id"], "invalid_id", "This is not a key's id.") }
        let name = validation.required(name, "name")
        let dialects = dialects ?? []
        if dialects.isEmpty || !dialects.allSatisfy({ DialectName(rawValue: $0) != nil }) {
            let known = DialectName.allCases.map(\.rawValue).joined(separator: ", ")
            validation.fail(["dialects"], "invalid_choice", "These must be some of: \(known).")
        }
        let rateLimit = validation.integer(rateLimit ?? 100, in: 1...1_000_000_000, "rate_limit")
        checkAddresses(&validation)
        try validation.check()
        return RegisteredKey(
            id: keyID, account: account, name: name, dialects: dialects, permissions: permissions ?? ["*"],
            isTestMode: isTestMode ?? false, rateLimit: rateLimit, allowedAddresses: allowedAddresses, createdAt: now,
            expiresAt: expiresAt, revokedAt: nil)
    }

    private func checkAddresses(_ validation: inout Validation) {
        guard let allowedAddresses else { return }
        if !Principal.addressCount.contains(allowedAddresses.count) {
            validation.fail(
                ["allowed_addresses"], "out_of_range",
                "There must be \(Principal.addressCount.lowerBound) to \(Principal.addressCount.upperBound) of these, or none."
            )
        }
        for (index, text) in allowedAddresses.enumerated() where AddressRange(text) == nil {
            validation.fail(
                ["allowed_addresses", "\(index)"], "invalid_address_range",
                "This is not an address or a block such as 203.0.113.0/24.")
        }
    }
}

/// A key as the management API shows it.
struct APIKeyBody: Encodable, Sendable {
    let object = "api_key"
    let id: ID<APIKey>
    let name: String
    let dialects: [String]
    let permissions: [String]
    let isTestMode: Bool
    let rateLimit: Int
    @Nullable var allowedAddresses: [String]?
    let createdAt: Timestamp
    @Nullable var expiresAt: Timestamp?
    @Nullable var revokedAt: Timestamp?

    init(_ key: RegisteredKey) {
        id = key.id
        name = key.name
        dialects = key.dialects
        permissions = key.permissions
        isTestMode = key.isTestMode
        rateLimit = key.rateLimit
        allowedAddresses = key.allowedAddresses
        createdAt = key.createdAt
        expiresAt = key.expiresAt
        revokedAt = key.revokedAt
    }

    enum CodingKeys: String, CodingKey {
        case object, id, name, dialects, permissions
        case isTestMode = "is_test_mode"
        case rateLimit = "rate_limit"
        case allowedAddresses = "allowed_addresses"
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case revokedAt = "revoked_at"
    }
}
