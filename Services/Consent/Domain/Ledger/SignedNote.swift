import FoundationEssentials

/// A text with signatures under it (https://c2sp.org/signed-note).
public struct SignedNote: Equatable, Sendable {
    /// One signature line.
    public struct Signature: Equatable, Sendable {
        let name: String
        let keyID: [UInt8]
        let bytes: [UInt8]
    }

    /// What is signed; it ends with a newline.
    public let text: String
    public private(set) var signatures: [Signature]

    /// Signs a text with each of the keys.
    ///
    /// - Parameter text: Ends with a newline.
    /// - Throws: `CryptoKitError`.
    public init(_ text: String, signedBy signers: [NoteSigner]) throws {
        self.text = text
        signatures = try signers.map { signer in
            Signature(
                name: signer.verifier.name, keyID: signer.verifier.keyID, bytes: try signer.signature(for: text))
        }
    }

    /// Longer notes are refused; a checkpoint with 16 signatures has a tenth of it.
    private static let maximumLength = 65_536
    private static let signaturePrefix = "\u{2014} "

    /// Reads a note without checking its signatures.
    ///
    /// - Throws: ``NoteError/malformed(_:)``.
    public init(parsing note: String) throws(NoteError) {
        guard note.utf8.count <= Self.maximumLength else { throw .malformed("it is too long") }
        guard note.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x0a }) else {
            throw .malformed("it has control characters")
        }
        // The text ends where the last empty line begins.
        let lines = note.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.last == "", let blank = lines.dropLast().lastIndex(of: ""), blank > 0 else {
            throw .malformed("it has no signatures")
        }
        text = lines[..<blank].joined(separator: "\n") + "\n"
        signatures = []
        for line in lines[(blank + 1)...].dropLast() { signatures.append(try Signature(line)) }
        guard !signatures.isEmpty else { throw .malformed("it has no signatures") }
    }

    /// Which of the keys have signed the note. Signatures of others are ignored.
    ///
    /// - Throws: ``NoteError/forged(_:)`` if a signature that claims to be of one of the keys is not, and
    ///   ``NoteError/unsigned`` if none of them has signed.
    @discardableResult
    public func verify(_ keys: [NoteVerifier]) throws(NoteError) -> [NoteVerifier] {
        var valid: [NoteVerifier] = []
        for signature in signatures {
            for key in keys where key.name == signature.name && key.keyID == signature.keyID {
                guard key.isValid(signature.bytes, for: text) else { throw .forged(key.name) }
                valid.append(key)
            }
        }
        guard !valid.isEmpty else { throw .unsigned }
        return valid
    }

    /// The note as it is sent and kept.
    public var description: String {
        signatures.reduce(into: text + "\n") { note, signature in
            let bytes = Data(signature.keyID + signature.bytes).base64EncodedString()
            note += "\(Self.signaturePrefix)\(signature.name) \(bytes)\n"
        }
    }
}

extension SignedNote.Signature {
    fileprivate init(_ line: Substring) throws(NoteError) {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "\u{2014}", NoteVerifier.isName(String(parts[1])),
            let bytes = Data(base64Encoded: String(parts[2])), bytes.count > 4
        else { throw .malformed("a signature line is not one") }
        self.init(name: String(parts[1]), keyID: Array(bytes.prefix(4)), bytes: Array(bytes.dropFirst(4)))
    }
}

/// Why a note can't be trusted.
public enum NoteError: Error, Equatable, CustomStringConvertible {
    case malformed(String)
    /// A signature with this name is not the known key's.
    case forged(String)
    /// No known key has signed it.
    case unsigned

    public var description: String {
        switch self {
        case .malformed(let reason): "this is no signed note: \(reason)"
        case .forged(let name): "the signature of \(name) is not valid"
        case .unsigned: "none of the given keys has signed this note"
        }
    }
}
