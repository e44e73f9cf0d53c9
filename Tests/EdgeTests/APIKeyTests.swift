import Foundation
import Schema
import Testing

@testable import Edge

@Suite struct APIKeyTests {
    private let signer: APIKeySigner
    private let revocations = RevocationList()
    private let verifier: APIKeyVerifier
    private let principal = Principal(
        account: ID(), keyID: "key_1", dialects: [.noticia, .healthSuite], permissions: ["api:orders.create"],
        isTestMode: true, rateLimit: 1_000, expiresAt: Timestamp(microseconds: 2_000_000_000_000_000),
        allowedAddresses: ["203.0.113.0/24", "2001:db8::7"].compactMap { AddressRange($0) })

    init() throws {
        signer = try APIKeySigner(privateKey: try APIKeySigner.generatePrivateKey())
        verifier = try APIKeyVerifier(publicKey: signer.publicKey, revocations: revocations, capacity: 2)
    }

    @Test func carriesThePrincipal() async throws {
        let token = try await signer.token(for: principal)
        for _ in 0..<2 { #expect(await verifier.principal(of: token) == principal) }
    }

    @Test func readsThePublicKeyInEveryForm() async throws {
        let token = try await signer.token(for: principal)
        let x = signer.publicKey
        let base64 = x.replacing("-", with: "+").replacing("_", with: "/") + "="
        for text in [x, base64, #"{"kty":"OKP","crv":"Ed25519","x":"\#(x)"}"#] {
            let verifier = try APIKeyVerifier(publicKey: text, revocations: revocations)
            #expect(await verifier.principal(of: token) == principal)
        }
        for text in ["", "AAAA", "{}"] {
            #expect(throws: (any Error).self) { try APIKeyVerifier(publicKey: text, revocations: revocations) }
        }
    }

    @Test func expiryAndRevocationCountAfterTheVerdictIsCached() async throws {
        let token = try await signer.token(for: principal)
        #expect(await verifier.principal(of: token) != nil)
        #expect(await verifier.principal(of: token, now: Timestamp(microseconds: 2_000_000_000_000_000)) == nil)
        revocations.revoke(["key_1"])
        #expect(await verifier.principal(of: token) == nil)
    }

    @Test func moreKeysThanTheCacheHolds() async throws {
        for number in 0..<5 {
            let principal = Principal(account: ID(), keyID: "key_\(number)", dialects: [.noticia])
            let token = try await signer.token(for: principal)
            for _ in 0..<2 { #expect(await verifier.principal(of: token) == principal) }
        }
    }

    @Test func refusesForgeries() async throws {
        let token = try await signer.token(for: principal)
        let other = try APIKeySigner(privateKey: try APIKeySigner.generatePrivateKey())
        let parts = token.split(separator: ".").map(String.init)
        let none = Base64URL.encode(Array(#"{"alg":"none","typ":"JWT"}"#.utf8))
        let payload = Base64URL.encode(Array(#"{"sub":"acct_0"}"#.utf8))
        let forged = [
            "", "wrong", "..", "a.b.c", String(repeating: "x", count: 5_000), token + "x", String(token.dropLast(3)),
            "\(none).\(parts[1]).", "\(none).\(parts[1]).\(parts[2])", "\(parts[0]).\(payload).\(parts[2])",
            try await other.token(for: principal),
        ]
        for text in forged {
            #expect(await verifier.principal(of: text) == nil, "\(text.prefix(40))")
        }
    }
}
