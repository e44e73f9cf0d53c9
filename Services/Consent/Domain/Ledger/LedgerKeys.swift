import Crypto
public import Schema

/// The keys that sign the trees of all accounts. Each account's tree is a log of its own, whose name,
/// `origin/account`, is part of every signature and of every key's text.
public struct LedgerKeys: Sendable {
    private let origin: String
    private let keys: [Curve25519.Signing.PrivateKey]
    private let retired: [Curve25519.Signing.PublicKey]

    /// - Parameters:
    ///   - origin: The deployment's name: a URL without a scheme.
    ///   - seeds: Ed25519 private keys, the 32 bytes of RFC 8032 §5.1.5; all of them sign.
    ///   - retired: Public keys of 32 bytes that signed once; their old signatures stay good.
    /// - Throws: ``LedgerKeyError``.
    public init(origin: String, seeds: [[UInt8]], retired: [[UInt8]] = []) throws(LedgerKeyError) {
        guard NoteVerifier.isName(origin), !seeds.isEmpty else { throw LedgerKeyError() }
        self.origin = origin
        do {
            keys = try seeds.map { try Curve25519.Signing.PrivateKey(rawRepresentation: $0) }
            self.retired = try retired.map { try Curve25519.Signing.PublicKey(rawRepresentation: $0) }
        } catch {
            throw LedgerKeyError()
        }
    }

    /// The name of an account's log.
    public func origin(of account: AccountID) -> String { "\(origin)/\(account)" }

    /// What checks an account's checkpoints: the keys that sign now, then those that no longer do.
    public func verifiers(of account: AccountID) -> [NoteVerifier] {
        signers(of: account).map(\.verifier)
            + retired.compactMap { NoteVerifier(name: origin(of: account), $0) }
    }

    /// An account's signed checkpoint.
    ///
    /// - Throws: `CryptoKitError`.
    public func sign(_ head: MerkleHead, of account: AccountID) throws -> SignedNote {
        let checkpoint = Checkpoint(origin: origin(of: account), size: head.size, root: head.root)
        return try SignedNote(checkpoint.text, signedBy: signers(of: account))
    }

    private func signers(of account: AccountID) -> [NoteSigner] {
        keys.compactMap { NoteSigner(name: origin(of: account), $0) }
    }
}

/// The configured keys are none, or the origin is no name for one.
public struct LedgerKeyError: Error, CustomStringConvertible {
    public var description: String {
        "the keys of the consent ledger must be 32 bytes each, and its origin a name without spaces and +"
    }
}
