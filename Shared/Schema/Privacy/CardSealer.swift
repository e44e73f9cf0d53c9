import Crypto
import FoundationEssentials

/// Seals cards to the payments service's public key: HPKE (RFC 9180), base mode, with X25519, HKDF-SHA256 and
/// ChaCha20-Poly1305. Only the holder of the private key can read them, and nobody once it is destroyed.
///
/// The HPKE `info` is the transaction's id and the authenticated data the key's id, so that a sealed card is good for the
/// one charge that it was given for.
public struct CardSealer: Sendable {
    /// Which key pair opens what is sealed.
    public let keyID: String
    private let publicKey: Curve25519.KeyAgreement.PublicKey

    /// Takes a key as ``CardKeyActivated`` announces it.
    ///
    /// - Parameter publicKey: base64 of the 32 bytes.
    /// - Throws: ``CardSealingError/malformedKey``.
    public init(keyID: String, publicKey: String) throws(CardSealingError) {
        guard let bytes = Data(base64Encoded: publicKey),
            let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: bytes)
        else { throw .malformedKey }
        self.keyID = keyID
        self.publicKey = key
    }

    /// Seals a card for one charge; the same card looks different each time.
    ///
    /// - Throws: ``CardSealingError/failed``.
    public func seal(_ card: CardDetails, for transaction: TransactionID) throws(CardSealingError) -> SealedCard {
        do {
            var sender = try HPKE.Sender(
                recipientKey: publicKey, ciphersuite: Self.suite, info: Self.info(for: transaction))
            let ciphertext = try sender.seal(try JSON.encode(card), authenticating: Data(keyID.utf8))
            return SealedCard(
                keyID: keyID, encapsulatedKey: sender.encapsulatedKey.base64EncodedString(),
                ciphertext: ciphertext.base64EncodedString())
        } catch {
            // An error of the coder would quote the card.
            throw .failed
        }
    }

    fileprivate static let suite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly

    fileprivate static func info(for transaction: TransactionID) -> Data { Data(transaction.description.utf8) }
}

/// The private half of a card key: opens what a ``CardSealer`` has sealed.
public struct CardOpener: Sendable {
    /// The name of the key pair.
    public let keyID: String
    private let privateKey: Curve25519.KeyAgreement.PrivateKey

    /// Makes a new key pair.
    public init(generating keyID: String) {
        self.keyID = keyID
        privateKey = Curve25519.KeyAgreement.PrivateKey()
    }

    /// Takes a key pair as it was kept.
    ///
    /// - Parameter privateKey: base64 of the 32 bytes.
    /// - Throws: ``CardSealingError/malformedKey``.
    public init(keyID: String, privateKey: String) throws(CardSealingError) {
        guard let bytes = Data(base64Encoded: privateKey),
            let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes)
        else { throw .malformedKey }
        self.keyID = keyID
        self.privateKey = key
    }

    /// Base64 of the public half's 32 bytes.
    public var publicKey: String { privateKey.publicKey.rawRepresentation.base64EncodedString() }

    /// Base64 of the private half's 32 bytes, to be kept sealed.
    public var exportedPrivateKey: String { privateKey.rawRepresentation.base64EncodedString() }

    /// Reads a card that was sealed for this charge.
    ///
    /// - Throws: ``CardSealingError/unreadable``.
    public func open(_ card: SealedCard, for transaction: TransactionID) throws(CardSealingError) -> CardDetails {
        do {
            guard card.keyID == keyID, let encapsulated = Data(base64Encoded: card.encapsulatedKey),
                let ciphertext = Data(base64Encoded: card.ciphertext)
            else { throw CardSealingError.unreadable }
            var recipient = try HPKE.Recipient(
                privateKey: privateKey, ciphersuite: CardSealer.suite, info: CardSealer.info(for: transaction),
                encapsulatedKey: encapsulated)
            let text = try recipient.open(ciphertext, authenticating: Data(keyID.utf8))
            return try JSON.decode(from: Array(text))
        } catch {
            throw .unreadable
        }
    }
}

/// Why a card could not be sealed or opened. Never says anything of the card.
public enum CardSealingError: Error, Hashable, Sendable {
    /// The key's text is not base64 of 32 bytes.
    case malformedKey
    /// Sealing failed.
    case failed
    /// It was sealed to another key or for another charge, or was changed.
    case unreadable
}
