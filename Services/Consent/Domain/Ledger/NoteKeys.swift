import Crypto
import FoundationEssentials

/// Checks signatures of notes: a name and an Ed25519 public key (https://c2sp.org/signed-note).
public struct NoteVerifier: Equatable, Sendable {
    /// Who signs: a URL without a scheme.
    public let name: String
    /// The first four bytes of SHA-256 over name, newline, the byte 1 and the public key.
    public let keyID: [UInt8]
    private let publicKey: Curve25519.Signing.PublicKey

    /// Ed25519 among the types of signatures.
    fileprivate static let algorithm: UInt8 = 0x01

    /// Takes the 32 bytes of a public key; nil for bytes that are none, and for a name with spaces, `+` or control
    /// characters.
    public init?(name: String, publicKey: some Collection<UInt8>) {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: Array(publicKey)) else { return nil }
        self.init(name: name, key)
    }

    init?(name: String, _ publicKey: Curve25519.Signing.PublicKey) {
        guard Self.isName(name) else { return nil }
        self.name = name
        self.publicKey = publicKey
        let identity = Array(name.utf8) + [0x0a, Self.algorithm] + Array(publicKey.rawRepresentation)
        keyID = Array(SHA256.hash(data: identity).prefix(4))
    }

    /// Reads the usual text of such a key, `name+hexadecimal id+base64`; nil for any other, also if the id isn't the
    /// key's.
    public init?(text: String) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let data = Data(base64Encoded: String(parts[2])), data.first == Self.algorithm else {
            return nil
        }
        self.init(name: String(parts[0]), publicKey: Array(data.dropFirst()))
        guard self.text == text else { return nil }
    }

    /// The key's text, as verifiers of notes in all languages read it.
    public var text: String {
        let key = Data([Self.algorithm] + Array(publicKey.rawRepresentation)).base64EncodedString()
        return "\(name)+\(hexadecimalID)+\(key)"
    }

    private var hexadecimalID: String {
        keyID.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Whether the signature is this key's for the text.
    func isValid(_ signature: [UInt8], for text: String) -> Bool {
        publicKey.isValidSignature(signature, for: Array(text.utf8))
    }

    static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20 }
    }

    public static func == (left: NoteVerifier, right: NoteVerifier) -> Bool { left.text == right.text }
}

/// Signs notes.
public struct NoteSigner: Sendable {
    private let privateKey: Curve25519.Signing.PrivateKey
    /// What checks its signatures.
    public let verifier: NoteVerifier

    /// Nil for a name that is none.
    init?(name: String, _ privateKey: Curve25519.Signing.PrivateKey) {
        guard let verifier = NoteVerifier(name: name, privateKey.publicKey) else { return nil }
        self.privateKey = privateKey
        self.verifier = verifier
    }

    /// - Throws: `CryptoKitError`.
    func signature(for text: String) throws -> [UInt8] {
        Array(try privateKey.signature(for: Array(text.utf8)))
    }
}
