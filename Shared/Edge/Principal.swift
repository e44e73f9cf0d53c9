public import Schema

/// The name of one of the APIs, as API keys and documents carry it.
public enum DialectName: String, Hashable, CaseIterable, Codable, Sendable {
    case watchTraderHub = "watchtraderhub"
    case noticia
    case healthSuite = "healthsuite"
    case giddyUp = "giddyup"
    case retailOS = "retailos"
    case management
}

/// A right that a key carries and a route asks for, such as `api:customers.blacklist.add`.
public struct Permission: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    public let rawValue: String

    /// Takes the name as documented.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public init(stringLiteral value: String) {
        rawValue = value
    }
}

/// Who sends a request: what its API key says.
public struct Principal: Hashable, Sendable {
    /// Whose data it sees.
    public let account: ID<Account>
    /// The key's own id, for logs, limits and revocation.
    public let keyID: String
    /// The APIs the key opens.
    public let dialects: Set<DialectName>
    /// Rights by name; `*` stands for all.
    public let permissions: Set<String>
    /// Requests of test keys use sandboxes.
    public let isTestMode: Bool
    /// Requests per minute.
    public let rateLimit: Int
    /// After this moment the key is refused; nil means never.
    public let expiresAt: Timestamp?
    /// Where its requests must come from; nil means anywhere.
    public let allowedAddresses: [AddressRange]?

    /// How many ranges of addresses a key can have: its token has to fit into a header.
    public static let addressCount = 1...32

    /// Makes a principal; by default one that may do everything at 100 requests a minute.
    public init(
        account: ID<Account>, keyID: String, dialects: Set<DialectName>, permissions: Set<String> = ["*"],
        isTestMode: Bool = false, rateLimit: Int = 100, expiresAt: Timestamp? = nil,
        allowedAddresses: [AddressRange]? = nil
    ) {
        self.account = account
        self.keyID = keyID
        self.dialects = dialects
        self.permissions = permissions
        self.isTestMode = isTestMode
        self.rateLimit = rateLimit
        self.expiresAt = expiresAt
        self.allowedAddresses = allowedAddresses
    }

    /// Whether the key is good for requests from there; an address that is not known is good for keys of anywhere only.
    func mayCome(from address: @autoclosure () -> NetworkAddress?) -> Bool {
        guard let allowedAddresses else { return true }
        guard let address = address() else { return false }
        return allowedAddresses.contains { $0.contains(address) }
    }

    /// Whether the key carries the right, by name or as one of all.
    public func may(_ permission: Permission) -> Bool {
        permissions.contains("*") || permissions.contains(permission.rawValue)
    }
}
