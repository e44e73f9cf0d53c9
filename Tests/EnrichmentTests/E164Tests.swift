import Enrichment
import Testing

@Suite struct E164Tests {
    @Test(arguments: ["+33612345678", "+33600000000", "+12125550123", "+4915112345678", "+6421123456"])
    func takesWhatIsE164(text: String) {
        #expect(E164(text)?.text == text)
    }

    @Test(arguments: [
        "0612345678", "33612345678", "+33 6 12 34 56 78", "+330612345678", "+336123", "+3361234567890", "+0123456789",
        "+999123456789", "+", "", "nope", "+33６12345678", "+33612345678;ext=5", "+1234567890123456789012345",
    ])
    func refusesAllElse(text: String) {
        #expect(E164(text) == nil)
    }

    @Test func readsWhatPeopleType() {
        #expect(E164(typed: "06 12 34 56 78", in: "fr")?.text == "+33612345678")
        #expect(E164(typed: "(212) 736-5000", in: "US")?.text == "+12127365000")
        #expect(E164(typed: "+33 (0)6 12 34 56 78")?.text == "+33612345678")
        #expect(E164(typed: "06 12 34 56 78") == nil, "no country")
        #expect(E164(typed: "call me", in: "FR") == nil)
        #expect(E164(typed: String(repeating: "1", count: 1_000), in: "FR") == nil)
    }
}
