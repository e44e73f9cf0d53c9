import Edge
import FoundationEssentials
import HTTPTypes
import Schema
import ServiceKit

/// The keys that webhooks are signed with: for their owner by the management API, for receivers as a JWKS.
struct WebhookKeyRoutes: Sendable {
    let keys: WebhookKeyStore
    /// Whoever asks again within a moment gets the same; anybody may ask.
    private let recent = RecentValues<AccountID?, [UInt8]>(life: .seconds(2))

    static let path = "/.well-known/jwks.json"

    init(keys: WebhookKeyStore) {
        self.keys = keys
    }

    /// Where receivers of an account's webhooks find its keys.
    static func address(of account: AccountID, at publicURL: String) -> String {
        "\(publicURL)\(path)?account=\(account)"
    }

    var routes: [Route] {
        var management = RouteGroup(Management())
        management.get("/webhook-keys", list)
        management.post("/webhook-keys/rotate", rotate)
        return management.routes + [
            Route(.get, Self.path, dialect: Management(), isPublic: true, handler: keySet)
        ]
    }

    private func list(_ request: APIRequest) async throws -> APIResponse {
        try .json(KeysBody(try await keys.keys(of: request.principal.account)))
    }

    private func rotate(_ request: APIRequest) async throws -> APIResponse {
        let overlap = try request.decode(Exactly<RotationRequest>.self).body.overlap()
        guard let keys = try await keys.rotate(request.principal.account, overlap: overlap) else {
            throw RequestError.conflict(
                code: "too_many_keys",
                message: "There are \(WebhookKeyStore.limit) keys already. Wait until one's overlap ends.")
        }
        recent.forget(request.principal.account)
        recent.forget(nil)
        return try .json(KeysBody(keys))
    }

    /// The public keys of the account that the query names, or of all. Receivers ask for one account's: a signature by
    /// another's is nothing to them.
    private func keySet(_ request: APIRequest) async throws -> APIResponse {
        var account: AccountID?
        if let text = request.query.string("account") {
            account = AccountID(text)
            guard account != nil else {
                throw RequestError.invalid("account", code: "invalid_id", "This is not an account's id.")
            }
        }
        let set = try await recent.value(for: account) {
            try JSON.encode(KeySet(keys: try await keys.keys(of: account).map(JSONWebKey.init)))
        }
        return .json(bytes: set ?? [], headers: [.cacheControl: "public, max-age=300"])
    }
}

/// How long what is rotated goes on signing; a day by default.
struct RotationRequest: NamingItsFields {
    private let overlapSeconds: Int?

    enum CodingKeys: String, CodingKey { case overlapSeconds = "overlap_seconds" }

    func overlap() throws(RequestError) -> Duration {
        let overlap = overlapSeconds ?? 86_400
        guard (0...604_800).contains(overlap) else {
            throw .invalid("overlap_seconds", code: "out_of_range", "This must be from 0 to 604800.")
        }
        return .seconds(overlap)
    }
}

/// A JSON Web Key Set (RFC 7517, 5).
private struct KeySet: Encodable {
    let keys: [JSONWebKey]
}

/// An Ed25519 key as RFC 8037 writes it.
private struct JSONWebKey: Encodable {
    let kty = "OKP"
    let crv = "Ed25519"
    let alg = "EdDSA"
    let use = "sig"
    let kid: WebhookKeyID
    let x: String

    init(_ key: WebhookKey) {
        kid = key.id
        x = Base64URL.encode(key.publicKey)
    }
}

private struct KeysBody: Encodable {
    let data: [Key]

    struct Key: Encodable {
        let object = "webhook_key"
        let id: WebhookKeyID
        /// In Standard Webhooks' notation.
        let publicKey: String
        let createdAt: Timestamp
        @Nullable var retiresAt: Timestamp?

        enum CodingKeys: String, CodingKey {
            case object, id
            case publicKey = "public_key"
            case createdAt = "created_at"
            case retiresAt = "retires_at"
        }
    }

    init(_ keys: [WebhookKey]) {
        data = keys.map { key in
            Key(
                id: key.id, publicKey: "whpk_" + Data(key.publicKey).base64EncodedString(), createdAt: key.createdAt,
                retiresAt: key.retiresAt)
        }
    }
}
