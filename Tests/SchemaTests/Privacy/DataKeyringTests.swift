import Schema
import Testing

@Suite struct DataKeyringTests {
    private let details = PersonalDetails(email: "ada@example.com", name: "Ada", phone: nil)

    @Test func opensWhatItSealed() throws {
        let keyring = try DataKeyring("k1:\(DataKeyring.generateKey())")
        let sealed = try keyring.seal(details)
        #expect(sealed.keyID == "k1")
        #expect(try keyring.open(sealed) == details)
        #expect(try keyring.seal(details) != sealed, "a nonce must not repeat")
        let bytes = try JSON.encode(sealed)
        #expect(try JSON.decode(Sealed<PersonalDetails>.self, from: bytes) == sealed)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("ada"))
    }

    @Test func rotates() throws {
        let old = "old:\(DataKeyring.generateKey())"
        let new = "new:\(DataKeyring.generateKey())"
        let sealed = try DataKeyring(old).seal(details)
        let rotated = try DataKeyring("\(new),\(old)")
        #expect(try rotated.open(sealed) == details)
        #expect(try rotated.seal(details).keyID == "new")
        #expect(throws: DataKeyringError.unknownKey("old")) { try DataKeyring(new).open(sealed) }
    }

    @Test func noticesChanges() throws {
        let key = DataKeyring.generateKey()
        let keyring = try DataKeyring("k1:\(key),k2:\(key),k3:\(DataKeyring.generateKey())")
        let sealed = try keyring.seal(details)
        var letters = Array(sealed.ciphertext)
        letters[30] = letters[30] == "A" ? "B" : "A"
        let wrong = [
            Sealed<PersonalDetails>(keyID: "k1", ciphertext: String(letters)),
            // The same key under another name does not open it either: the name is authenticated.
            Sealed(keyID: "k2", ciphertext: sealed.ciphertext),
            Sealed(keyID: "k3", ciphertext: sealed.ciphertext),
            Sealed(keyID: "k1", ciphertext: "no base64!"),
            Sealed(keyID: "k1", ciphertext: ""),
        ]
        for sealed in wrong {
            #expect(throws: DataKeyringError.unreadable) { try keyring.open(sealed) }
        }
    }

    @Test func doesNotQuoteContentOfAnotherType() throws {
        let keyring = try DataKeyring("k1:\(DataKeyring.generateKey())")
        let text = try keyring.seal("secret")
        let sealed = Sealed<Int>(keyID: text.keyID, ciphertext: text.ciphertext)
        #expect(throws: DataKeyringError.unreadable) { try keyring.open(sealed) }
    }

    @Test(arguments: [
        "", ",", "k1", "k1:", "k1:AAAA", "k1:no base64!", ":\(DataKeyring.generateKey())",
        "k1:\(DataKeyring.generateKey()),k1:\(DataKeyring.generateKey())",
        "k1:\(DataKeyring.generateKey()),k2",
    ])
    func rejectsMalformedKeyrings(text: String) {
        #expect(throws: DataKeyringError.malformed) { try DataKeyring(text) }
    }
}
