/// What a log commits to by its signature: how many leaves it has and the hash of all
/// (https://c2sp.org/tlog-checkpoint).
public struct Checkpoint: Equatable, Sendable {
    /// Which log: the deployment's name and the account, also the name of the key that signs.
    public let origin: String
    /// The number of leaves.
    public let size: Int64
    public let root: MerkleHash

    public init(origin: String, size: Int64, root: MerkleHash) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Reads a note's text; extension lines are allowed and ignored.
    ///
    /// - Throws: ``NoteError/malformed(_:)``.
    public init(text: String) throws(NoteError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard lines.count >= 3, lines.allSatisfy({ !$0.isEmpty }) else {
            throw .malformed("a checkpoint has three lines: origin, size and root")
        }
        guard let size = Int64(lines[1]), size >= 0, String(size) == lines[1] else {
            throw .malformed("the size is not a number")
        }
        guard let root = MerkleHash(base64: String(lines[2])), root.base64 == lines[2] else {
            throw .malformed("the root is not the base64 of 32 bytes")
        }
        self.init(origin: String(lines[0]), size: size, root: root)
    }

    /// Reads a signed checkpoint and checks who signed it.
    ///
    /// - Throws: ``NoteError``, also for one that is signed for another log than the key's.
    public init(note: String, signedBy keys: [NoteVerifier]) throws(NoteError) {
        let note = try SignedNote(parsing: note)
        let signers = try note.verify(keys)
        try self.init(text: note.text)
        guard signers.contains(where: { $0.name == origin }) else { throw .forged(origin) }
    }

    /// The text that is signed.
    public var text: String { "\(origin)\n\(size)\n\(root.base64)\n" }
}
