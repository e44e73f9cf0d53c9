/// How Standard Webhooks writes who sent a message; the header can hold several.
enum SignatureScheme: String, Sendable, CaseIterable {
    /// HMAC-SHA256 with the endpoint's secret.
    case symmetric = "v1"
    /// Ed25519 with the account's key, whose public half everybody can read.
    case asymmetric = "v1a"
}
