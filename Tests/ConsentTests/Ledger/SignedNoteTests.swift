import Foundation
import Schema
import Testing

@testable import Consent

/// Notes and checkpoints, also those that others have signed.
@Suite struct SignedNoteTests {
    // golang.org/x/mod/sumdb/note, note_test.go
    private static let goKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    private static let goNote = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """

    @Test func readsWhatOthersSigned() throws {
        let key = try #require(NoteVerifier(text: Self.goKey))
        #expect(key.text == Self.goKey)
        let note = try SignedNote(parsing: Self.goNote)
        #expect(note.text.hasSuffix("what your problem is.\n"))
        #expect(try note.verify([key]) == [key])
        #expect(note.description == Self.goNote)
        let forged = try SignedNote(parsing: Self.goNote.replacing("answer", with: "question"))
        #expect(throws: NoteError.forged("PeterNeumann")) { try forged.verify([key]) }
    }

    @Test func refusesKeysThatAreNone() {
        for text in [
            "", "PeterNeumann", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ] { #expect(NoteVerifier(text: text) == nil, "\(text)") }
    }

    @Test(arguments: [
        "", "text\n", "text\n\n", "\n— a AAAAAAAA\n", "text\n\n— a AAAAAAAA", "text\n\n— a AAAA\n",
        "text\n\n- a AAAAAAAA\n",
        "text\n\n— a b AAAAAAAA\n", "text\n\n— a+b AAAAAAAA\n", "te\txt\n\n— a AAAAAAAA\n", "text\n\n— a AAAAAAAA\n\n",
    ])
    func refusesWhatIsNoNote(text: String) {
        #expect(throws: NoteError.self) { try SignedNote(parsing: text) }
    }

    @Test func theTextEndsAtTheLastEmptyLine() throws {
        let note = try SignedNote(parsing: "one\n\ntwo\n\n— a AAAAAAAA\n")
        #expect(note.text == "one\n\ntwo\n")
    }

    private let account = AccountID()
    private let head: MerkleHead = {
        var head = MerkleHead()
        head.append(MerkleHash(leaf: [1]))
        head.append(MerkleHash(leaf: [2]))
        return head
    }()

    private static func seed(_ byte: UInt8) -> [UInt8] { Array(repeating: byte, count: 32) }

    @Test func aCheckpointIsSignedForItsLog() throws {
        let keys = try LedgerKeys(origin: "shop.example/consent", seeds: [Self.seed(1)])
        let note = try keys.sign(head, of: account).description
        #expect(
            note.hasPrefix(
                "shop.example/consent/\(account)\n2\n\(head.root.base64)\n\n— shop.example/consent/\(account) "))
        let checkpoint = try Checkpoint(note: note, signedBy: keys.verifiers(of: account))
        #expect(checkpoint == Checkpoint(origin: keys.origin(of: account), size: 2, root: head.root))
        // The same key under another account's name is another key.
        #expect(throws: NoteError.unsigned) {
            try Checkpoint(note: note, signedBy: keys.verifiers(of: AccountID()))
        }
        let text = note.replacing("\n2\n", with: "\n3\n")
        #expect(throws: NoteError.self) { try Checkpoint(note: text, signedBy: keys.verifiers(of: account)) }
    }

    /// Old and new key sign together; then the old one is retired and what it signed stays good.
    @Test func keysRotate() throws {
        let origin = "shop.example/consent"
        let old = try LedgerKeys(origin: origin, seeds: [Self.seed(1)])
        let both = try LedgerKeys(origin: origin, seeds: [Self.seed(2), Self.seed(1)])
        let publicKey = try #require(
            old.verifiers(of: account).first.flatMap { key in
                key.text.split(separator: "+", maxSplits: 2).last.flatMap { Data(base64Encoded: String($0)) }
            })
        let new = try LedgerKeys(origin: origin, seeds: [Self.seed(2)], retired: [Array(publicKey.dropFirst())])
        let (first, second, third) = (
            try old.sign(head, of: account).description, try both.sign(head, of: account).description,
            try new.sign(head, of: account).description
        )
        #expect(second.split(separator: "— ").count == 3)
        for note in [first, second] { _ = try Checkpoint(note: note, signedBy: old.verifiers(of: account)) }
        for note in [first, second, third] { _ = try Checkpoint(note: note, signedBy: new.verifiers(of: account)) }
        #expect(throws: NoteError.unsigned) { try Checkpoint(note: third, signedBy: old.verifiers(of: account)) }
        #expect(throws: LedgerKeyError.self) { try LedgerKeys(origin: origin, seeds: []) }
        #expect(throws: LedgerKeyError.self) { try LedgerKeys(origin: "a b", seeds: [Self.seed(1)]) }
    }

    @Test(arguments: ["a\n02\nAAAA\n", "a\n2\n", "a\n2\nAAAA\n", "\n2\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"])
    func refusesWhatIsNoCheckpoint(text: String) {
        #expect(throws: NoteError.self) { try Checkpoint(text: text) }
    }
}
