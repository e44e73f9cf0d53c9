import JWTKit
import Schema

/// What an API key says: the payload of a JSON Web Token (RFC 7519), with short names because clients send it each time.
struct APIKeyClaims: JWTPayload {
    static let issuer = "caravan"

    let issuer: IssuerClaim
    let account: String
    let keyID: IDClaim
    let issuedAt: IssuedAtClaim
    let expiration: ExpirationClaim?
    let dialects: [String]
    let permissions: [String]
    let isTestMode: Bool
    let rateLimit: Int
    let allowedAddresses: [String]?

    enum CodingKeys: String, CodingKey {
        case issuer = "iss"
        case account = "sub"
        case keyID = "jti"
        case issuedAt = "iat"
        case expiration = "exp"
        case dialects = "api"
        case permissions = "per"
        case isTestMode = "tst"
        case rateLimit = "rpm"
        case allowedAddresses = "net"
    }

    /// Expiry is left to the verifier, which checks it at every use and not only when the token is first seen.
    func verify(using algorithm: some JWTAlgorithm) async throws {
        guard issuer.value == Self.issuer else {
            throw JWTError.claimVerificationFailure(failedClaim: issuer, reason: "unknown issuer")
        }
    }
}
