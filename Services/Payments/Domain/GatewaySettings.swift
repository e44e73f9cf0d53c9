import Schema

/// A gateway as an account has configured it.
struct GatewaySettings: Sendable, Equatable {
    /// Its number in the account.
    var id: Int64
    var name: String
    var kind: GatewayKind
    /// What buyers read on their statements.
    var descriptor: String?
    /// nil for a gateway that needs none.
    var secrets: GatewaySecrets?
    var createdAt: Timestamp
    var updatedAt: Timestamp

    var profile: GatewayProfile { GatewayProfile(id: id, name: name, descriptor: descriptor) }
}

/// Who is behind a gateway.
enum GatewayKind: String, Sendable, CaseIterable {
    case sandbox, stripe
}

/// The keys of a gateway. They are stored sealed and never shown.
struct GatewaySecrets: Codable, Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// Authenticates us.
    var apiKey: String
    /// Authenticates the gateway's webhooks; without one none are accepted.
    var webhookSecret: String?

    enum CodingKeys: String, CodingKey {
        case apiKey = "api_key"
        case webhookSecret = "webhook_secret"
    }

    var description: String { "GatewaySecrets(…)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a gateway cannot be configured so.
enum GatewaySettingsError: Error {
    /// The gateway's transactions are with somebody else: they could not be refunded any more.
    case kindChanged
}
