import Foundation
import Schema
import TestKit
import Testing

@testable import Consent

/// The bytes that are hashed, fixed for good: what was signed once must verify for ever.
@Suite struct ConsentFormatTests {
    private static let time = Timestamp(microseconds: 1_716_890_400_123_456)
    private static let account = AccountID("acct_01hyzyzvqvf8k8xkvr5a9f9xzk")
    private static let entry = ConsentEntryID("cse_01hyzyzvqvf8k8xkvr5a9f9xzk")

    @Test func theLeafIsCanonicalJSON() throws {
        let leaf = ConsentLeaf(
            account: try #require(Self.account), entry: try #require(Self.entry), kind: "OPT_IN", channel: "sms",
            purpose: "marketing", source: "WEB_FORM", occurredAt: Self.time, recordedAt: Self.time,
            commitment: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
        let text = """
            {"account":"acct_01hyzyzvqvf8k8xkvr5a9f9xzk","channel":"sms",\
            "commitment":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","entry":"cse_01hyzyzvqvf8k8xkvr5a9f9xzk",\
            "format":"caravan-consent-entry/v1","kind":"OPT_IN","occurred_at":"2024-05-28T10:00:00.123456Z",\
            "purpose":"marketing","recorded_at":"2024-05-28T10:00:00.123456Z","source":"WEB_FORM"}
            """
        #expect(try JSON.text(leaf) == text)
        #expect(try leaf.hash() == MerkleHash(leaf: Array(text.utf8)))
    }

    /// RFC 8785 §3.2.2.2: what must be escaped, how, and nothing else.
    @Test func thePersonalPartIsCanonicalJSON() throws {
        let part = ConsentPersonalPart(
            person: try #require(ProfileID("prof_01hyzyzvqvf8k8xkvr5a9f9xzk")).customerID, address: "+33612345678",
            proof: ConsentProof(
                termsURL: "https://brand.example/é", sourceText: "\u{8}\t\n\u{c}\r\u{1}\u{1f}\"\\/€😀\u{7f}"))
        #expect(
            try JSON.text(part) == """
                {"address":"+33612345678","profile_id":"prof_01hyzyzvqvf8k8xkvr5a9f9xzk","proof":{\
                "source_text":"\\b\\t\\n\\f\\r\\u0001\\u001f\\"\\\\/€😀\u{7f}","terms_url":"https://brand.example/é"}}
                """)
        // Whoever verifies reads JSON and writes it again.
        let again = try JSON.decode(JSONValue.self, from: try JSON.encode(part))
        #expect(try JSON.text(again) == JSON.text(part))
    }

    @Test func theCommitmentIsSaltedAndHidesEqualValues() throws {
        let part = ConsentPersonalPart(person: CustomerID(), address: "+33612345678")
        let (first, second) = (try ConsentCommitment(to: part), try ConsentCommitment(to: part))
        #expect(first.personal == second.personal)
        #expect(first.salt.count == 32)
        #expect(first.hash != second.hash)
        // SHA-256 over 32 zero bytes and "{}".
        let known = ConsentCommitment.hash(salt: Array(repeating: 0, count: 32), personal: "{}")
        #expect(known.count == 32)
        #expect(known.base64 == Data(known).base64EncodedString())
    }

    /// The way `docs/consent-ledger.md` shows, in another language, with nothing of ours.
    @Test func pythonFindsTheSameRoot() throws {
        var head = MerkleHead()
        var history = ""
        for index in 0..<5 {
            let part = ConsentPersonalPart(
                person: CustomerID(), address: "+33612345678",
                proof: ConsentProof(sourceText: "Café \"é\"\n\u{1}\(index)"))
            let commitment = try ConsentCommitment(to: part)
            let leaf = ConsentLeaf(
                account: AccountID(), entry: ConsentEntryID(), kind: "OPT_IN", channel: "sms", purpose: "marketing",
                source: "WEB_FORM", occurredAt: .now(), recordedAt: .now(), commitment: commitment.hash.base64)
            history += try JSON.text(
                try ConsentHistoryEntry(
                    leafIndex: Int64(index), leafHash: leaf.hash().base64, leaf: leaf, salt: commitment.salt,
                    personal: commitment.personal))
            history += "\n"
            head.append(try leaf.hash())
        }
        let guide = try Self.repositoryText("docs/consent-ledger.md")
        let program = try #require(guide.firstMatch(of: /```python\n([^`]*)```/)).output.1
        #expect(try Python.run(String(program), input: Data(history.utf8)) == head.root.base64)
    }

    private static func repositoryText(_ path: String) throws -> String {
        try String(
            contentsOf: URL(filePath: #filePath).appending(path: "../../../../\(path)").standardized, encoding: .utf8)
    }
}
