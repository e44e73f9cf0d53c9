import Schema
import Testing

/// Requests that are recognised and not kept.
@Suite struct KeyedFingerprintTests {
    private let body = Array("card_number=4111111111111111".utf8)

    @Test func theSameIsRecognisedByWhoHasTheKey() throws {
        let key = DataKeyring.generateKey()
        let one = KeyedFingerprint(keyring: try DataKeyring("k1:\(key)"))
        let rotated = KeyedFingerprint(keyring: try DataKeyring("k2:\(DataKeyring.generateKey()),k1:\(key)"))
        #expect(one.fingerprint(of: [1], body) == rotated.fingerprint(of: [1], body))
        #expect(one.fingerprint(of: [1], body).count == 32)
    }

    @Test func nobodyElseCanTryValuesOut() throws {
        let one = KeyedFingerprint(keyring: try DataKeyring("k1:\(DataKeyring.generateKey())"))
        let other = KeyedFingerprint(keyring: try DataKeyring("k1:\(DataKeyring.generateKey())"))
        #expect(one.fingerprint(of: body) != other.fingerprint(of: body))
    }

    @Test func partsAreToldApart() throws {
        let one = KeyedFingerprint(keyring: try DataKeyring("k1:\(DataKeyring.generateKey())"))
        #expect(one.fingerprint(of: [1], [2, 3]) != one.fingerprint(of: [1, 2], [3]))
    }
}
