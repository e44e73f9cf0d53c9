import Edge
import Foundation
import Schema

/// What the management API knows of an API key: everything but the token itself.
struct RegisteredKey: Codable {
    let id: String
    let name: String
    let dialects: [String]
    let permissions: [String]
    let isTestMode: Bool
    let rateLimit: Int
    let allowedAddresses: [String]?
    var revokedAt: String?

    enum CodingKeys: String, CodingKey {
        case id, name, dialects, permissions
        case isTestMode = "is_test_mode"
        case rateLimit = "rate_limit"
        case allowedAddresses = "allowed_addresses"
        case revokedAt = "revoked_at"
    }
}

extension RegisteredKey {
    init(_ principal: Principal, name: String) {
        self.init(
            id: principal.keyID, name: name, dialects: principal.dialects.map(\.rawValue).sorted(),
            permissions: principal.permissions.sorted(), isTestMode: principal.isTestMode,
            rateLimit: principal.rateLimit, allowedAddresses: principal.allowedAddresses?.map(\.description))
    }
}

extension ManagementClient {
    /// Registers a key that has been signed. A key that is known already stays as it is.
    func register(_ key: RegisteredKey) async throws {
        try await send("POST", "/api-keys", body: try JSONEncoder().encode(key), accepting: [409])
    }

    /// All keys of the admin key's account.
    func keys() async throws -> [RegisteredKey] {
        struct List: Decodable { let data: [RegisteredKey] }
        return try JSONDecoder().decode(List.self, from: try await send("GET", "/api-keys")).data
    }

    /// Revokes a key in every service.
    func revoke(_ id: String) async throws {
        let id = id.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? id
        try await send("POST", "/api-keys/\(id)/revoke")
    }
}
