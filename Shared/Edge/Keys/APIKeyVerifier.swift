import Crypto
import FoundationEssentials
import JWTKit
public import Schema
import Synchronization

/// Verifies API keys offline, by the operator's public key.
///
/// A verified key is remembered by the SHA-256 of its token, so that the signature is computed once; expiry and
/// revocation are checked at every use. Forged tokens are not remembered: they would only push good ones out.
public final class APIKeyVerifier: Sendable {
    private let publicKey: EdDSA.PublicKey
    private let revocations: RevocationList
    private let capacity: Int
    private let verdicts = Mutex<[SHA256Digest: Principal]>([:])

    /// - Parameters:
    ///   - publicKey: an Ed25519 public key: a JWK (RFC 8037), or its `x` alone in base64url or base64.
    ///   - capacity: how many keys are remembered.
    public init(publicKey: String, revocations: RevocationList, capacity: Int = 8_192) throws {
        self.publicKey = try EdDSA.PublicKey(x: Self.coordinate(of: publicKey), curve: .ed25519)
        self.revocations = revocations
        self.capacity = capacity
    }

    /// Whose key `token` is; nil for a token that is malformed, forged, expired or revoked.
    public func principal(of token: String, now: Timestamp = .now()) async -> Principal? {
        // Longer ones are not ours, and not worth a hash.
        guard token.utf8.count <= 4_096 else { return nil }
        let digest = Self.digest(token)
        guard let principal = await verdict(on: token, digest) else { return nil }
        if let expiry = principal.expiresAt, expiry <= now { return nil }
        return revocations.contains(principal.keyID) ? nil : principal
    }

    private func verdict(on token: String, _ digest: SHA256Digest) async -> Principal? {
        if let known = verdicts.withLock({ $0[digest] }) { return known }
        guard let principal = await verify(token) else { return nil }
        verdicts.withLock { verdicts in
            // Any one may go: the next use of its key costs one more signature check.
            if verdicts.count >= capacity, let victim = verdicts.keys.first { verdicts[victim] = nil }
            verdicts[digest] = principal
        }
        return principal
    }

    private func verify(_ token: String) async -> Principal? {
        guard
            let claims = try? await JWTKeyCollection().add(eddsa: publicKey).verify(token, as: APIKeyClaims.self),
            let account = ID<Account>(claims.account)
        else { return nil }
        return Principal(
            account: account, keyID: claims.keyID.value, dialects: Set(claims.dialects.compactMap(DialectName.init)),
            permissions: Set(claims.permissions), isTestMode: claims.isTestMode, rateLimit: claims.rateLimit,
            expiresAt: claims.expiration.map { expiration in
                Timestamp(microseconds: Int64(expiration.value.timeIntervalSince1970) * 1_000_000)
            },
            // What cannot be read allows nothing.
            allowedAddresses: claims.allowedAddresses?.compactMap { AddressRange($0) })
    }

    private static func digest(_ token: String) -> SHA256Digest {
        var token = token
        return token.withUTF8 { bytes in
            var hash = SHA256()
            hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
            return hash.finalize()
        }
    }

    private static func coordinate(of text: String) -> String {
        struct Key: Decodable { let x: String }
        if let key = try? JSON.decode(Key.self, from: Array(text.utf8)) { return key.x }
        return text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
