import Schema

/// What is known about an API key that the operator has signed. The token itself is never stored.
struct RegisteredKey: Sendable {
    let id: ID<APIKey>
    let account: AccountID
    let name: String
    let dialects: [String]
    let permissions: [String]
    let isTestMode: Bool
    let rateLimit: Int
    /// Where its requests must come from, as CIDR writes it; nil means anywhere.
    let allowedAddresses: [String]?
    let createdAt: Timestamp
    let expiresAt: Timestamp?
    let revokedAt: Timestamp?
}
