import Schema

/// What secures the connections to an endpoint, beside what holds for all.
struct EndpointTLS: Codable, Hashable, Sendable {
    /// Shown to a receiver that asks who calls (mTLS).
    var clientCertificate: ClientCertificate?
    /// PEM of the only authorities that may vouch for the receiver; nil for those that all connections trust.
    var trustedRoots: String?

    enum CodingKeys: String, CodingKey {
        case clientCertificate = "client_certificate"
        case trustedRoots = "trusted_roots"
    }
}

/// A client certificate with its private key. Never shows itself in a log.
struct ClientCertificate: Codable, Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// PEM of the certificate, and of those between it and an authority.
    let chain: String
    /// PEM.
    let privateKey: String
    /// Whom it names, as RFC 4514 writes it: `CN=caravan,O=Example`.
    let subject: String
    /// Hexadecimal.
    let serial: String
    let expiresAt: Timestamp

    enum CodingKeys: String, CodingKey {
        case chain, subject, serial
        case privateKey = "private_key"
        case expiresAt = "expires_at"
    }

    var description: String { "certificate of \(subject)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
