import Schema
import Testing

/// Cards that only the payments service can read.
@Suite struct CardSealerTests {
    private let card = CardDetails(
        number: "4111111111111111", expiryMonth: 12, expiryYear: 2035, verificationValue: "123")
    private let opener = CardOpener(generating: "ck_1")
    private let id = TransactionID()

    @Test func theHolderOfThePrivateKeyReadsIt() throws {
        let sealed = try CardSealer(keyID: "ck_1", publicKey: opener.publicKey).seal(card, for: id)
        #expect(sealed.keyID == "ck_1")
        #expect(try opener.open(sealed, for: id) == card)
        let kept = try CardOpener(keyID: "ck_1", privateKey: opener.exportedPrivateKey)
        #expect(try kept.open(sealed, for: id) == card)
    }

    @Test func theSameCardLooksDifferentEachTime() throws {
        let sealer = try CardSealer(keyID: "ck_1", publicKey: opener.publicKey)
        let first = try sealer.seal(card, for: id)
        let second = try sealer.seal(card, for: id)
        #expect(first.ciphertext != second.ciphertext)
        #expect(first.encapsulatedKey != second.encapsulatedKey)
    }

    @Test func nobodyElseReadsIt() throws {
        let sealed = try CardSealer(keyID: "ck_1", publicKey: opener.publicKey).seal(card, for: id)
        #expect(throws: CardSealingError.unreadable) { try opener.open(sealed, for: TransactionID()) }
        #expect(throws: CardSealingError.unreadable) { try CardOpener(generating: "ck_1").open(sealed, for: id) }
        var changed = sealed
        changed.ciphertext = "A" + sealed.ciphertext.dropFirst()
        if changed == sealed { changed.ciphertext = "B" + sealed.ciphertext.dropFirst() }
        #expect(throws: CardSealingError.unreadable) { try opener.open(changed, for: id) }
        let renamed = try CardSealer(keyID: "ck_2", publicKey: opener.publicKey).seal(card, for: id)
        #expect(throws: CardSealingError.unreadable) { try opener.open(renamed, for: id) }
    }

    @Test(arguments: ["", "AAAA", "not base64!"]) func aKeyMustHaveItsLength(text: String) {
        #expect(throws: CardSealingError.malformedKey) { try CardSealer(keyID: "k", publicKey: text) }
        #expect(throws: CardSealingError.malformedKey) { try CardOpener(keyID: "k", privateKey: text) }
    }

    @Test func descriptionsShowNothing() {
        var dumped = ""
        dump(card, to: &dumped)
        for text in ["\(card)", String(reflecting: card), dumped, "\([card])"] {
            #expect(!text.contains("4111"))
            #expect(!text.contains("123"))
        }
    }
}
