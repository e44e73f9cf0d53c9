import FoundationEssentials
import JWTKit
import Schema

/// Makes API keys. The operator holds the private key; services never see it.
public struct APIKeySigner: Sendable {
    private let privateKey: EdDSA.PrivateKey

    /// - Parameter privateKey: the base64url text of an Ed25519 private key, as ``generatePrivateKey()`` makes it.
    public init(privateKey: String) throws {
        self.privateKey = try EdDSA.PrivateKey(d: privateKey, curve: .ed25519)
    }

    /// A new private key as base64url text. It is a secret.
    public static func generatePrivateKey() throws -> String {
        Base64URL.encode(try EdDSA.PrivateKey(curve: .ed25519).rawRepresentation)
    }

    /// What services need to verify the keys made here, as base64url text. It is no secret.
    public var publicKey: String {
        Base64URL.encode(privateKey.publicKey.rawRepresentation)
    }

    /// Makes the token that the client sends as its API key.
    public func token(for principal: Principal) async throws -> String {
        let claims = APIKeyClaims(
            issuer: IssuerClaim(value: APIKeyClaims.issuer), account: principal.account.description,
            keyID: IDClaim(value: principal.keyID), issuedAt: IssuedAtClaim(value: Date()),
            expiration: principal.expiresAt.map { time in
                ExpirationClaim(value: Date(timeIntervalSince1970: Double(time.microseconds / 1_000_000)))
            },
            dialects: principal.dialects.map(\.rawValue).sorted(), permissions: principal.permissions.sorted(),
            isTestMode: principal.isTestMode, rateLimit: principal.rateLimit,
            allowedAddresses: principal.allowedAddresses?.map(\.description))
        return try await JWTKeyCollection().add(eddsa: privateKey).sign(claims)
    }
}
