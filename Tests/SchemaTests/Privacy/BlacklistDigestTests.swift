import Schema
import Testing

@Suite struct BlacklistDigestTests {
    private static let oldKey = "a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    private static let newKey = "b:HxwdHhobFxgZExQVFhARDQ4PCgsMBwgJBAUGAQIDAAA="
    private let digest: BlacklistDigest

    init() throws {
        digest = BlacklistDigest(keyring: try DataKeyring(Self.oldKey))
    }

    @Test(
        arguments: [
            (.email, " Ada@Example.com", "ada@example.com"),
            (.phone, "+1 (512) 555-0100", "512.555.0100"),
            (.phone, "0049 30 1234567", "+49 30 1234567"),
            (.ip, "2001:DB8:0:0::1", "2001:db8::1"),
            (.ip, "::ffff:203.0.113.7", "203.0.113.7"),
            (.address, "100 Congress Ave.\nSuite 200\n78701\nUS", "100 congress ave\nSUITE 200\n78701\nus"),
        ] as [(BlacklistDigest.Kind, String, String)])
    func twoWaysToWriteTheSameAreEqual(kind: BlacklistDigest.Kind, one: String, other: String) {
        #expect(digest.entry(kind, one) == digest.entry(kind, other))
        #expect(digest.entry(kind, one)?.digest.count == 64)
    }

    @Test func differentValuesKindsAndKeysDiffer() throws {
        #expect(digest.entry(.ip, "203.0.113.7") != digest.entry(.ip, "203.0.113.8"))
        #expect(digest.entry(.email, "15125550100")?.digest != digest.entry(.phone, "15125550100")?.digest)
        let other = BlacklistDigest(keyring: try DataKeyring(Self.newKey))
        #expect(digest.entry(.email, "ada@example.com") != other.entry(.email, "ada@example.com"))
    }

    @Test func aNewKeyInFrontChangesNothing() throws {
        let rotated = BlacklistDigest(keyring: try DataKeyring("\(Self.newKey),\(Self.oldKey)"))
        #expect(digest.entry(.email, "ada@example.com") == rotated.entry(.email, "ada@example.com"))
    }

    @Test func nothingIsNoEntry() {
        #expect(digest.entry(.phone, "none") == nil)
        #expect(digest.entry(.email, "  ") == nil)
    }

    @Test func aPersonHasAnEntryForEachThingKnown() {
        var person = CheckoutPerson(email: "ada@example.com", firstName: "Ada", lastName: "Lovelace")
        #expect(digest.entries(of: person).map(\.kind) == ["email"])
        person.ipAddress = "203.0.113.7"
        person.phone = "+15125550100"
        person.address = PostalAddress(
            address1: "100 Congress Ave", city: "Austin", state: "TX", postalCode: "78701", country: "US")
        #expect(digest.entries(of: person).map(\.kind) == ["email", "phone", "ip", "address"])
        #expect(digest.entries(of: person, kinds: [.ip]).map(\.kind) == ["ip"])
    }
}
